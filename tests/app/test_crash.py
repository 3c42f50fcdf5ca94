"""Bugs: the draft first, then the log, then the writer."""

from __future__ import annotations

import sys
import threading
from typing import TYPE_CHECKING

import pytest

from writer_app.app.crash import Rescuer
from writer_app.documents.journal import Journal
from writer_app.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot

    from writer_app.app.composition import Parts


@pytest.fixture
def rescuer(parts: Parts) -> Iterator[Rescuer]:
    made = Rescuer(parts.window)
    before = sys.excepthook
    made.install()
    yield made
    made.uninstall()
    assert sys.excepthook is before


def in_journal(parts: Parts) -> list[str]:
    parts.window.session.autosave._timer.stop()
    parts.journal.close()
    with Journal(parts.journal._path) as other:
        return [recovered.text for recovered in other.pending()]


def test_a_bug_puts_the_draft_into_the_journal_at_once_and_says_so(
    qtbot: QtBot, parts: Parts, rescuer: Rescuer
) -> None:
    qtbot.keyClicks(parts.window.editor, "Precious")

    sys.excepthook(ZeroDivisionError, ZeroDivisionError("bug"), None)

    notice = parts.window.banners.notices()[0]
    assert "ZeroDivisionError" in notice.message
    assert "kept in the recovery journal" in notice.remedy
    assert in_journal(parts) == ["Precious"]


def test_writing_goes_on_after_a_bug(qtbot: QtBot, parts: Parts, rescuer: Rescuer) -> None:
    sys.excepthook(ZeroDivisionError, ZeroDivisionError("bug"), None)

    qtbot.keyClicks(parts.window.editor, "On and on")

    assert parts.window.editor.text() == "On and on"


def test_a_bug_in_another_thread_is_told_on_the_windows_own(qtbot: QtBot, parts: Parts, rescuer: Rescuer) -> None:
    qtbot.keyClicks(parts.window.editor, "Precious")

    def fail() -> None:
        raise ZeroDivisionError

    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()

    qtbot.waitUntil(lambda: parts.window.banners.banner("bug") is not None)
    assert in_journal(parts) == ["Precious"]


def test_a_draft_that_cannot_be_kept_is_said_in_so_many_words(
    qtbot: QtBot, parts: Parts, rescuer: Rescuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse() -> None:
        raise UserError("The recovery journal cannot be used: the disk is full.")

    monkeypatch.setattr(parts.window.session.autosave, "record_now", refuse)
    qtbot.keyClicks(parts.window.editor, "Precious")

    rescuer.rescue(ZeroDivisionError())

    assert "save it now" in parts.window.banners.notices()[0].remedy


def test_a_bug_while_rescuing_does_not_go_round_in_circles(
    qtbot: QtBot, parts: Parts, rescuer: Rescuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    rescued: list[str] = []

    def fail_again() -> None:
        rescued.append("tried")
        rescuer.rescue(ValueError())

    monkeypatch.setattr(parts.window.session.autosave, "record_now", fail_again)
    qtbot.keyClicks(parts.window.editor, "Precious")

    rescuer.rescue(ZeroDivisionError())

    assert rescued == ["tried"]
