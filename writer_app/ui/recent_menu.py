"""The menu of recent drafts: newest first, those that are gone greyed but kept."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu


class RecentMenu(QObject):
    """Fills a menu with paths; the action that clears the list stays at its end."""

    chosen = Signal(Path)

    def __init__(self, menu: QMenu, clear: QAction, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.menu = menu
        self._clear = clear
        menu.setToolTipsVisible(True)
        menu.aboutToShow.connect(self._look)
        self.show_paths([])

    def show_paths(self, paths: Sequence[str]) -> None:
        """List these paths."""
        self.menu.clear()
        for path in paths:
            action = self.menu.addAction(Path(path).name.replace("&", "&&"))
            action.setToolTip(path)
            action.setData(path)
            action.triggered.connect(lambda _checked=False, path=path: self.chosen.emit(Path(path)))
        if paths:
            self.menu.addSeparator()
        self._clear.setEnabled(bool(paths))
        self.menu.addAction(self._clear)

    def _look(self) -> None:
        """Grey what is no longer there."""
        for action in self.menu.actions():
            if isinstance(action.data(), str):
                action.setEnabled(Path(action.data()).exists())
