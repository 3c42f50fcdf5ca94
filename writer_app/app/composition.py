"""Makes every part, hands each what it needs, and takes them down again in order."""

import sys
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtGui import QFontDatabase, QIcon
from PySide6.QtWidgets import QApplication

from writer_app import __version__, paths
from writer_app.settings import FILE_NAME, SettingsStore
from writer_app.suggest.worker import Opener, SuggestionService, open_suggester
from writer_app.ui.appearance import Dresser
from writer_app.ui.autosave import LateJournal
from writer_app.ui.background import Background
from writer_app.ui.dialogs import Boxes, Dialogs
from writer_app.ui.main_window import MainWindow
from writer_app.ui.notice import Notice
from writer_app.ui.settings_keeper import SettingsKeeper

JOURNAL_NAME = "journal.sqlite3"
_JOIN_MS = 1000
_SWITCH_SECONDS = (
    0.0005  # the window waits this long at most for its turn beside the suggesting thread; Python's 5 ms show
)


@dataclass
class Parts:
    """The running app."""

    window: MainWindow
    keeper: SettingsKeeper
    service: SuggestionService
    background: Background
    journal: LateJournal

    def shut_down(self) -> bool:
        """End the threads and write what is not written; False if the suggestion thread is still in an import.

        Raises UserError if the settings cannot be written; everything else is closed all the same.
        """
        joined = self.service.stop(_JOIN_MS)
        self.background.stop()
        self.journal.close()
        self.keeper.save_now()
        return joined


def prepare(app: QApplication) -> None:
    """Tell the desktop who we are, and load the fonts that come with the app."""
    sys.setswitchinterval(_SWITCH_SECONDS)
    app.setApplicationName("writer-app")
    app.setApplicationVersion(__version__)
    app.setDesktopFileName("writer-app")
    app.setWindowIcon(QIcon(str(paths.resources_folder() / "icons" / "app.svg")))
    for font in sorted((paths.resources_folder() / "fonts").glob("*.[ot]tf")):
        QFontDatabase.addApplicationFont(str(font))


def compose(app: QApplication, dialogs: Dialogs | None = None, opener: Opener = open_suggester) -> Parts:
    """Make the parts and connect them. The model is loaded once the window has been painted."""
    background = Background()
    keeper = SettingsKeeper(SettingsStore(paths.config_folder() / FILE_NAME), background)
    dresser = Dresser(app, keeper)
    service = SuggestionService(opener)
    journal = LateJournal(paths.state_folder() / JOURNAL_NAME)
    boxes = Boxes()
    window = MainWindow(
        keeper=keeper,
        dresser=dresser,
        service=service,
        journal=journal,
        background=background,
        dialogs=dialogs or boxes,
    )
    boxes.stand_on(window)
    dresser.setParent(window)
    if keeper.damage is not None:
        window.banners.post(Notice.of("settings", keeper.damage))
    window.painted.connect(window.link.start)
    window.painted.connect(window.session.offer_recovery)
    return Parts(window, keeper, service, background, journal)


def open_paths(parts: Parts, wanted: list[Path]) -> None:
    """Open what the command line asked for."""
    if wanted:
        parts.window.session.open(wanted[0])
        parts.window.say_left_out(wanted[1:])
