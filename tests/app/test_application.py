"""The process around the window, in processes of its own."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from tests.fakes import run_python
from writer_app.app.application import choose_input_method

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from writer_app.app.composition import Parts

# Runs the app as the command does; `act(window)` is called once the window has been painted.
RUN = """
import sys
from PySide6.QtCore import QTimer, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from writer_app.app import run
from writer_app.ui.main_window import MainWindow

def act(window):
    {act}

app = QApplication([])
def look():
    windows = [widget for widget in app.topLevelWidgets() if isinstance(widget, MainWindow) and widget.isVisible()]
    if windows:
        timer.stop()
        act(windows[0])
timer = QTimer()
timer.timeout.connect(look)
timer.start(20)
sys.exit(run(sys.argv[1:]))
"""
CLOSE = "window.painted.connect(window.close)"


def test_the_app_opens_what_the_command_line_names_and_ends_with_its_window(user_folders: Path, tmp_path: Path) -> None:
    story = tmp_path / "story.md"
    story.write_text("Once.")

    done = run_python(RUN.format(act="print(window.editor.text()); window.close()"), story)

    assert (done.returncode, done.stdout, done.stderr) == (0, "Once.\n", "")


def test_closing_while_torch_is_being_imported_ends_the_process_cleanly(user_folders: Path) -> None:
    act = "window.link.loading.connect(lambda _: QTimer.singleShot(150, window.close))"

    done = run_python(RUN.format(act=act))

    assert (done.returncode, done.stderr) == (0, "")
    assert "ended" in (user_folders / "state" / "writer-app" / "writer-app.log").read_text()


def test_a_draft_that_is_not_there_is_said_in_the_window(user_folders: Path, tmp_path: Path) -> None:
    act = "print(window.banners.notices()[0].message); window.close()"

    done = run_python(RUN.format(act=act), tmp_path / "gone.md")

    assert done.returncode == 0
    assert "gone.md could not be opened: there is no such file" in done.stdout


def test_folders_that_cannot_be_written_are_said_and_the_app_is_usable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocked = tmp_path / "blocked"
    blocked.write_text("a file where a folder should be")
    for name in ("CONFIG", "DATA", "STATE", "CACHE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(blocked))
    act = (
        "window.setFocus(); QTest.keyClicks(window.editor, 'Still here'); print(window.editor.text());"
        "print(*[notice.key for notice in window.banners.notices()]);"
        "window.editor.document().setModified(False); window.close()"
    )

    done = run_python(RUN.format(act=act))

    assert done.stdout.splitlines()[0] == "Still here"
    assert "log" in done.stdout.splitlines()[1].split()
    assert done.returncode == 1
    assert len(done.stderr.strip().splitlines()) == 1  # the settings could not be kept


def test_what_was_written_before_kill_9_is_offered_at_the_next_start(
    qtbot: QtBot, user_folders: Path, start: Callable[..., Parts]
) -> None:
    act = (
        "window.session.autosave.recorded.connect(lambda: os.kill(os.getpid(), 9));"
        "QTest.keyClicks(window.editor, 'Never saved')"
    )
    done = run_python("import os\n" + RUN.format(act=act))
    assert done.returncode == -9

    parts = start()

    qtbot.waitUntil(lambda: bool(parts.window.banners.notices()))
    assert parts.window.banners.notices()[0].key.startswith("recovery-")


def test_a_bug_in_the_window_is_told_and_logged_and_the_app_goes_on(user_folders: Path) -> None:
    act = (
        "QTimer.singleShot(0, lambda: 1 / 0);"
        "QTimer.singleShot(50, lambda: (print(*[n.key for n in window.banners.notices()]), window.close()))"
    )

    done = run_python(RUN.format(act=act))

    assert (done.returncode, done.stdout, done.stderr) == (0, "bug\n", "")
    assert "ZeroDivisionError" in (user_folders / "state" / "writer-app" / "writer-app.log").read_text()


@pytest.mark.parametrize(("name", "code"), [("SIGINT", 130), ("SIGTERM", 143)])
def test_an_interrupted_app_keeps_the_draft_and_says_so_by_its_exit_code(
    qtbot: QtBot, user_folders: Path, start: Callable[..., Parts], name: str, code: int
) -> None:
    act = (
        "window.session.autosave.edited = lambda: None;"  # so that only the interruption can have kept it
        f"QTest.keyClicks(window.editor, 'Interrupted'); os.kill(os.getpid(), signal.{name})"
    )

    done = run_python("import os, signal\n" + RUN.format(act=act))

    assert (done.returncode, done.stderr) == (code, "")
    parts = start()
    qtbot.waitUntil(lambda: bool(parts.window.banners.notices()))
    assert parts.window.banners.notices()[0].key.startswith("recovery-")


@pytest.mark.parametrize("asked", ["fcitx", "fcitx5"])
def test_fcitx_is_reached_through_ibus_where_qt_has_no_plugin_for_it(asked: str) -> None:
    environment = {"QT_IM_MODULE": asked}

    choose_input_method(environment)

    assert environment == {"QT_IM_MODULE": "ibus"}


def test_other_input_methods_are_left_alone() -> None:
    environment = {"QT_IM_MODULE": "ibus", "LANG": "en"}
    before = dict(environment)

    choose_input_method(environment)
    choose_input_method(empty := {})

    assert environment == before
    assert empty == {}
    assert os.environ.get("QT_IM_MODULE") != "fcitx"
