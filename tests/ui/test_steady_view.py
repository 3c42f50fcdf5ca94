"""What the writer looks at stays where it is when the page changes its width or face."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint

from tests.fakes_ui import Writer

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytestqt.qtbot import QtBot

    from writer_app.ui.editor import Editor

STORY = "\n\n".join(
    f"Paragraph {number}. The tide had gone out in the night and had not come back. Where the harbour should have been "
    "there was a plain of wet sand, ribbed and shining, with the boats lying over on it like sleeping cattle."
    for number in range(120)
)
CHANGES: dict[str, Callable[[Editor], object]] = {
    "narrower": lambda editor: editor.resize(500, 500),
    "wider": lambda editor: editor.resize(1200, 500),
    "larger": lambda editor: editor.set_zoom(150),
    "other face": lambda editor: editor.set_text_font("DejaVu Sans", 11),
    "longer lines": lambda editor: editor.set_characters_per_line(90),
}


@pytest.mark.parametrize("change", list(CHANGES))
@pytest.mark.parametrize("at", [0.4, 1.0])
def test_the_line_that_is_written_stays_where_it_is(qtbot: QtBot, change: str, at: float) -> None:
    writer = Writer(qtbot, STORY, at=round(at * len(STORY)))
    editor = writer.editor
    editor.centerCursor()
    qtbot.waitUntil(lambda: editor.layout_ahead.is_done)
    before = editor.cursorRect().top()

    CHANGES[change](editor)
    qtbot.waitUntil(lambda: editor.layout_ahead.is_done)

    assert abs(editor.cursorRect().top() - before) <= editor.fontMetrics().lineSpacing()


@pytest.mark.parametrize("change", list(CHANGES))
def test_away_from_the_cursor_the_topmost_line_stays(qtbot: QtBot, change: str) -> None:
    editor = Writer(qtbot, STORY, at=0).editor
    qtbot.waitUntil(lambda: editor.layout_ahead.is_done)
    editor.verticalScrollBar().setValue(editor.verticalScrollBar().maximum() // 2)
    before = editor.cursorForPosition(QPoint(0, 0))

    CHANGES[change](editor)
    qtbot.waitUntil(lambda: editor.layout_ahead.is_done)

    assert abs(editor.cursorRect(before).top()) <= 2 * editor.fontMetrics().lineSpacing()
    assert editor.cursorForPosition(QPoint(0, 0)).blockNumber() == before.blockNumber()


def test_a_draft_that_is_opened_begins_at_its_beginning(qtbot: QtBot) -> None:
    editor = Writer(qtbot, STORY, at=0).editor
    qtbot.waitUntil(lambda: editor.layout_ahead.is_done)

    editor.resize(500, 400)

    assert editor.verticalScrollBar().value() == 0
