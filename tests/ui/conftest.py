"""What the tests of the window share: folders of their own, an engine that needs no torch, the composed app."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QApplication

from tests.ui.doubles import Answers, Engine
from writer_app.app.composition import Parts, compose, prepare

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot


@pytest.fixture
def user_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    for name in ("CONFIG", "DATA", "STATE", "CACHE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(home / name.lower()))
    return home


@pytest.fixture
def answers() -> Answers:
    return Answers()


@pytest.fixture
def start(qtbot: QtBot, user_folders: Path, answers: Answers) -> Iterator[Callable[..., Parts]]:
    """Start the app as often as wanted; each start reads what the one before left on disk."""
    running: list[Parts] = []

    def start_app(engine: Engine | None = None) -> Parts:
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        prepare(app)
        used = engine or Engine()
        parts = compose(app, dialogs=answers, opener=used.open)
        running.append(parts)
        parts.window.resize(1280, 820)
        with qtbot.waitExposed(parts.window):
            parts.window.show()
        qtbot.waitUntil(lambda: used.asked_for != [] and parts.background.idle())
        return parts

    yield start_app
    for parts in running:
        parts.window.editor.document().setModified(False)
        parts.window.close()
        parts.shut_down()
        parts.window.deleteLater()


@pytest.fixture
def parts(start: Callable[..., Parts]) -> Parts:
    """The running app with an engine that always goes on in the same way."""
    return start()
