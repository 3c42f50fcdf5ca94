"""Boxes and file choosers: what only the writer can answer, and the few places where the app waits for it.

The window is given a `Dialogs`; tests give it one that answers at once.
"""

from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QCoreApplication, QStandardPaths
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from writer_app.ui.document_session import Leave, Questions

_DRAFTS = "Drafts (*.md *.markdown *.txt);;All files (*)"


class Dialogs(Questions, Protocol):
    """Everything the window may ask."""

    def open_path(self, folder: Path) -> Path | None:
        """Ask which draft to open."""

    def export_path(self, suggested: Path, kind: str) -> Path | None:
        """Ask where an export of this kind (in words) goes."""


def documents_folder() -> Path:
    """Give the folder that a first save or open begins in."""
    return Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation) or Path.home())


class Boxes:
    """The dialogs of a window on screen."""

    def __init__(self) -> None:
        self._parent: QWidget | None = None

    def stand_on(self, parent: QWidget) -> None:
        """Show the boxes above this window."""
        self._parent = parent

    def leave(self, name: str) -> Leave:
        """Ask what becomes of unsaved changes."""
        box = QMessageBox(self._parent)
        box.setIcon(QMessageBox.Icon.NoIcon)
        box.setWindowTitle(box.tr("Unsaved changes"))
        box.setText(box.tr("Save the changes to {0}?").format(name))
        box.setInformativeText(box.tr("Without saving, what you wrote since the last save is lost."))
        save = box.addButton(box.tr("Save"), QMessageBox.ButtonRole.AcceptRole)
        discard = box.addButton(box.tr("Discard"), QMessageBox.ButtonRole.DestructiveRole)
        cancel = box.addButton(box.tr("Cancel"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(save)
        box.setEscapeButton(cancel)
        box.exec()
        if box.clickedButton() is save:
            return Leave.SAVE
        return Leave.DISCARD if box.clickedButton() is discard else Leave.CANCEL

    def save_path(self, suggested: Path) -> Path | None:
        """Ask where to save."""
        return self._target(suggested, self._tr("Save the draft"), self._tr(_DRAFTS))

    def open_path(self, folder: Path) -> Path | None:
        """Ask which draft to open."""
        name, _ = QFileDialog.getOpenFileName(self._parent, self._tr("Open a draft"), str(folder), self._tr(_DRAFTS))
        return Path(name) if name else None

    def export_path(self, suggested: Path, kind: str) -> Path | None:
        """Ask where an export goes."""
        title = self._tr("Export as {0}").format(kind)
        return self._target(suggested, title, f"{kind} (*{suggested.suffix})")

    def _target(self, suggested: Path, title: str, kinds: str) -> Path | None:
        start = suggested if suggested.is_absolute() else documents_folder() / suggested
        name, _ = QFileDialog.getSaveFileName(self._parent, title, str(start), kinds)
        if not name:
            return None
        path = Path(name)
        return path if path.suffix else path.with_name(path.name + suggested.suffix)

    def _tr(self, text: str) -> str:
        return QCoreApplication.translate("Dialogs", text)
