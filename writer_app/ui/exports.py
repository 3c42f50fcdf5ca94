"""Exporting the draft: made off the window's thread, with word of how it went."""

from pathlib import Path

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, QObject, QUrl, Signal
from PySide6.QtGui import QDesktopServices

from writer_app.errors import UserError
from writer_app.ui.autosave import Snapshot
from writer_app.ui.background import Background
from writer_app.ui.notice import Choice, Notice

KINDS = {
    "docx": QT_TRANSLATE_NOOP("Export", "Word document"),
    "pdf": QT_TRANSLATE_NOOP("Export", "PDF"),
    "html": QT_TRANSLATE_NOOP("Export", "Web page"),
    "md": QT_TRANSLATE_NOOP("Export", "Markdown"),
    "txt": QT_TRANSLATE_NOOP("Export", "Plain text"),
}
"""What a draft can be exported to: the format's name, and what people call it."""
_KEY = "export"


def words_for(kind: str) -> str:
    """Give what people call a format."""
    return QCoreApplication.translate("Export", str(KINDS[kind]))


def _export(text: str, target: Path, kind: str, author: str, name: str) -> tuple[str, ...]:
    """Write the export; what that takes is loaded only now, so that the window need not wait for it."""
    from writer_app.documents.export import export_text  # noqa: PLC0415

    return export_text(text, target, kind, author=author, fallback_title=name)


class Exporter(QObject):
    """Writes a text in another format."""

    noticed = Signal(object)  # Notice
    withdrawn = Signal(str)
    exported = Signal(object)  # Path
    refused = Signal(object)  # UserError

    def __init__(self, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = background

    def export(self, draft: Snapshot, target: Path, kind: str, name: str, author: str) -> None:
        """Export a draft as it stood when the snapshot was taken; the draft itself is not touched."""
        if draft.path is not None and draft.path.exists() and target.exists() and target.samefile(draft.path):
            message = self.tr("{0} is the draft itself.").format(target)
            self._fail(UserError(message, self.tr("Export under another name.")))
            return
        self.noticed.emit(Notice(_KEY, self.tr("Exporting {0}…").format(target.name), tone="calm"))
        self._background.run(
            lambda: _export(draft.text, target, kind, author, name),
            then=lambda notes: self._done(target, notes),
            failed=self._fail,
        )

    def _done(self, target: Path, notes: tuple[str, ...]) -> None:
        show = Choice(self.tr("Open it"), lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(target))))
        message = self.tr("Exported to {0}.").format(target)
        self.noticed.emit(Notice(_KEY, message, " ".join(notes), tone="calm", choices=(show,)))
        self.exported.emit(target)

    def _fail(self, error: UserError) -> None:
        self.noticed.emit(Notice.of(_KEY, error))
        self.refused.emit(error)
