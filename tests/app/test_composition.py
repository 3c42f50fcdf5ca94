"""What happens when, while the app starts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication

from tests.ui.doubles import Answers, Engine
from writer_app.app.composition import compose, prepare
from writer_app.ui.theme import SEPIA

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot


def test_the_model_is_asked_for_only_once_the_window_has_been_painted(qtbot: QtBot, user_folders: Path) -> None:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    prepare(app)
    engine = Engine()
    parts = compose(app, dialogs=Answers(), opener=engine.open)
    QApplication.processEvents()
    assert engine.asked_for == []

    with qtbot.waitSignal(parts.window.painted):
        parts.window.show()

    qtbot.waitUntil(lambda: engine.asked_for == [("base-en", "auto")])
    parts.window.close()
    assert parts.shut_down()


def test_a_theme_that_changes_before_the_window_is_shown_is_worn_by_the_page_too(
    qtbot: QtBot, user_folders: Path
) -> None:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    parts = compose(app, dialogs=Answers(), opener=Engine().open)
    parts.keeper.set_appearance(theme="sepia")

    parts.window.resize(900, 600)
    with qtbot.waitSignal(parts.window.painted):
        parts.window.show()

    assert parts.window.grab().toImage().pixelColor(450, 400).name().upper() == SEPIA.page
    parts.window.close()
    parts.shut_down()


def test_nothing_is_written_before_there_is_something_to_keep(qtbot: QtBot, user_folders: Path) -> None:
    app = QApplication.instance()
    assert isinstance(app, QApplication)

    parts = compose(app, dialogs=Answers(), opener=Engine().open)

    assert list(user_folders.rglob("*")) == []
    assert parts.shut_down()
