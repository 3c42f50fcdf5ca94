"""PySide6 6.12.0 loses a reference to None at each void call and to True at each emit, and aborts after some thousands.

Whoever raises the bound in pyproject.toml finds out here, and not after ten minutes of writing.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QTextCharFormat

from tests.fakes_ui import KEY, Writer

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

ROUNDS = 200
MAY_DIFFER = 50


class Speaker(QObject):
    spoke = Signal(bool)


def test_void_calls_keep_their_references_to_none(qtbot: QtBot) -> None:
    speaker, style = QObject(), QTextCharFormat()
    before = sys.getrefcount(None)

    for _ in range(ROUNDS):
        speaker.setObjectName("x")
        style.setFontItalic(True)

    assert sys.getrefcount(None) > before - MAY_DIFFER


def test_emitting_keeps_its_references_to_true(qtbot: QtBot) -> None:
    speaker = Speaker()
    before = sys.getrefcount(True)

    for _ in range(ROUNDS):
        speaker.spoke.emit(True)

    assert sys.getrefcount(True) > before - MAY_DIFFER


def test_key_presses_in_the_editor_keep_theirs(qtbot: QtBot) -> None:
    writer = Writer(qtbot, "*It* was ")
    writer.type("x")
    before = sys.getrefcount(None)

    for _ in range(ROUNDS):
        writer.press(KEY.Key_X)

    assert sys.getrefcount(None) > before - MAY_DIFFER
