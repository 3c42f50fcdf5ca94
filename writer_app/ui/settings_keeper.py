"""The settings while the app runs: one place that holds them, says when they change, and keeps them on disk.

A change is written half a second later, on the background thread, so that dragging a slider writes once. No widgets.
"""

import copy
import dataclasses
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from writer_app.settings import Appearance, SettingsStore, SuggestionPreferences
from writer_app.ui.background import Background
from writer_app.ui.notice import Notice

if TYPE_CHECKING:
    from writer_app.errors import UserError

_RECENT = 12
_WRITE_AFTER_MS = 500


class SettingsKeeper(QObject):
    """Holds the `Settings`; every change goes through it."""

    suggestions_changed = Signal(object)  # SuggestionPreferences
    appearance_changed = Signal(object)  # Appearance
    recent_changed = Signal(object)  # list[str]
    shortcuts_changed = Signal(object)  # dict[str, str]
    noticed = Signal(object)  # Notice

    def __init__(self, store: SettingsStore, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._background = background
        self._settings = store.load()
        self.damage: UserError | None = store.warning  # what could not be read, to be said once there is a window
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_WRITE_AFTER_MS)
        self._timer.timeout.connect(self._write)

    @property
    def suggestions(self) -> SuggestionPreferences:
        """How suggestions are made."""
        return self._settings.suggestions

    @property
    def appearance(self) -> Appearance:
        """How the page looks."""
        return self._settings.appearance

    @property
    def recent_files(self) -> list[str]:
        """Drafts opened or saved of late, newest first."""
        return list(self._settings.recent_files)

    @property
    def shortcuts(self) -> dict[str, str]:
        """The keys the writer has chosen, by the action's id."""
        return dict(self._settings.shortcuts)

    @property
    def author(self) -> str:
        """The name that exports carry."""
        return self._settings.author

    def window(self, name: str, default: Any = None) -> Any:  # noqa: ANN401  # whatever the window kept
        """Give what the window remembers under this name."""
        return self._settings.window.get(name, default)

    def set_suggestions(self, preferences: SuggestionPreferences) -> None:
        """Take new preferences for suggestions."""
        self._settings.suggestions = preferences
        self._timer.start()
        self.suggestions_changed.emit(preferences)

    def set_appearance(self, **values: Any) -> None:  # noqa: ANN401  # as dataclasses.replace
        """Change how the page looks."""
        self._settings.appearance = dataclasses.replace(self._settings.appearance, **values)
        self._timer.start()
        self.appearance_changed.emit(self._settings.appearance)

    def set_shortcuts(self, shortcuts: dict[str, str]) -> None:
        """Take the keys the writer has chosen."""
        self._settings.shortcuts = dict(shortcuts)
        self._timer.start()
        self.shortcuts_changed.emit(dict(shortcuts))

    def set_window(self, name: str, value: str | int | float | bool) -> None:
        """Remember something about the window."""
        self._settings.window[name] = value
        self._timer.start()

    def add_recent(self, path: str) -> None:
        """Put a draft at the head of the recent ones."""
        self._set_recent([path, *(other for other in self._settings.recent_files if other != path)][:_RECENT])

    def clear_recent(self) -> None:
        """Forget the recent drafts."""
        self._set_recent([])

    def save_now(self) -> None:
        """Write what is not written yet, on this thread. Raises UserError."""
        self._timer.stop()
        self._store.save(self._settings)

    def _set_recent(self, paths: list[str]) -> None:
        self._settings.recent_files = paths
        self._timer.start()
        self.recent_changed.emit(list(paths))

    def _write(self) -> None:
        settings = copy.deepcopy(self._settings)
        self._background.run(
            lambda: self._store.save(settings),
            failed=lambda error: self.noticed.emit(Notice.of("settings", error)),
        )
