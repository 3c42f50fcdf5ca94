"""Dresses the application as the settings say, and again when they or the desktop change."""

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication

from writer_app.ui import theme
from writer_app.ui.settings_keeper import SettingsKeeper


class Dresser(QObject):
    """Applies the theme and says which colours are worn."""

    colours_changed = Signal(object)  # ThemeColours

    def __init__(self, app: QApplication, keeper: SettingsKeeper, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._app = app
        self._keeper = keeper
        self.colours = self._wanted()
        theme.apply(app, self.colours)
        keeper.appearance_changed.connect(self._dress)
        app.styleHints().colorSchemeChanged.connect(self._dress)

    def _wanted(self) -> theme.ThemeColours:
        return theme.named(self._keeper.appearance.theme, system_is_dark=theme.system_is_dark())

    def _dress(self) -> None:
        wanted = self._wanted()
        if wanted == self.colours:
            return
        self.colours = wanted
        theme.apply(self._app, wanted)
        self.colours_changed.emit(wanted)
