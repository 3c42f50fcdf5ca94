"""Mouse and input methods: Qt takes a preedit for an input method's, so none of our ghosts may be there when they come."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.fakes_ui import KEY, Writer
from writer_app.documents.origins import Kind

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

TEXT = "# A *fine* start\nThe tide had gone out and had not come back, and where the harbour was there lay sand.\nEnd."
AT = TEXT.index(" and had")
GHOST = " with the boats lying over on it like sleeping cattle in the sun, all eleven of them, and ropes"


def formats(writer: Writer) -> list[list[tuple[int, int]]]:
    found, block = [], writer.editor.document().begin()
    while block.isValid():
        found.append([(span.start, span.length) for span in block.layout().formats()])
        block = block.next()
    return found


@pytest.mark.parametrize("button", [Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton, Qt.MouseButton.MiddleButton])
def test_a_click_takes_the_ghost_away_and_leaves_text_and_highlighting(qtbot: QtBot, button: Qt.MouseButton) -> None:
    writer = Writer(qtbot, TEXT, at=AT)
    before = formats(writer)
    writer.offer(GHOST)

    writer.click(QPoint(120, 80), button)

    assert (writer.ghost, writer.text) == ("", TEXT)
    assert formats(writer) == before
    assert writer.undo_steps == 0


@pytest.mark.parametrize("offset", [1, 30, 60])
def test_a_click_behind_the_ghost_goes_to_the_letter_under_the_mouse(qtbot: QtBot, offset: int) -> None:
    writer = Writer(qtbot, TEXT, at=AT)
    writer.offer(GHOST)
    block = writer.editor.textCursor().block()
    column = AT - block.position() + len(GHOST) + offset
    place = writer.editor.blockBoundingGeometry(block).translated(writer.editor.contentOffset()).topLeft()
    line = block.layout().lineForTextPosition(column)
    x, _ = line.cursorToX(column)

    writer.click(QPoint(round(place.x() + x) + 1, round(place.y() + line.y() + line.height() / 2)))

    assert writer.position == AT + offset
    assert not writer.editor.textCursor().hasSelection()


def test_a_click_on_the_ghost_itself_leaves_the_cursor(qtbot: QtBot) -> None:
    writer = Writer(qtbot, TEXT, at=AT)
    writer.offer(GHOST)
    place = writer.editor.cursorRect().center()

    writer.click(place + QPoint(40, 0))

    assert (writer.ghost, writer.position) == ("", AT)


def test_a_click_below_the_ghosts_paragraph_goes_to_the_letter_under_the_mouse(qtbot: QtBot) -> None:
    writer = Writer(qtbot, TEXT, at=AT)
    writer.offer(GHOST)
    end = writer.editor.document().lastBlock()
    place = writer.editor.blockBoundingGeometry(end).translated(writer.editor.contentOffset())

    writer.click(QPoint(round(place.left()) + 400, round(place.top()) + 10))

    assert writer.position == len(TEXT)


def test_a_hand_that_trembles_during_the_click_selects_nothing(qtbot: QtBot) -> None:
    writer = Writer(qtbot, TEXT, at=AT)
    writer.offer(GHOST)
    end = writer.editor.document().lastBlock()
    place = writer.editor.blockBoundingGeometry(end).translated(writer.editor.contentOffset())
    point = QPoint(round(place.left()) + 75, round(place.top()) + 10)

    QTest.mousePress(writer.editor.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, point)
    QTest.mouseMove(writer.editor.viewport(), point + QPoint(1, 1))
    QTest.mouseRelease(writer.editor.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, point)

    assert not writer.editor.textCursor().hasSelection()
    assert writer.position >= TEXT.index("End.")


def test_a_double_click_selects_the_word_and_ends_the_ghost(qtbot: QtBot) -> None:
    writer = Writer(qtbot, TEXT, at=AT)
    writer.offer(GHOST)
    place = writer.editor.cursorRect().center() - QPoint(12, 0)

    QTest.mouseDClick(writer.editor.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)

    assert (writer.ghost, writer.editor.textCursor().selectedText()) == ("", "out")


def test_the_mouse_passing_over_the_ghost_changes_nothing(qtbot: QtBot) -> None:
    writer = Writer(qtbot, TEXT, at=AT)
    writer.offer(GHOST)

    for step in range(0, 200, 10):
        QTest.mouseMove(writer.editor.viewport(), writer.editor.cursorRect().center() + QPoint(step, 0))

    assert writer.ghost == GHOST


def test_dropped_text_is_pasted_text_and_ends_the_ghost(qtbot: QtBot) -> None:
    writer = Writer(qtbot, TEXT, at=AT)
    writer.offer(GHOST)
    data = QMimeData()
    data.setText("dropped ")
    data.setHtml("<b>dropped </b>")
    action, none = Qt.DropAction.CopyAction, Qt.KeyboardModifier.NoModifier
    point = writer.editor.cursorRect(writer.editor.cursorForPosition(QPoint(70, 75))).center()
    viewport = writer.editor.viewport()

    QApplication.sendEvent(viewport, QDragEnterEvent(point, action, data, Qt.MouseButton.LeftButton, none))
    ghost = writer.ghost
    QApplication.sendEvent(viewport, QDropEvent(QPointF(point), action, data, Qt.MouseButton.LeftButton, none))

    assert ghost == ""
    assert ("dropped ", Kind.PASTED) in writer.kinds()
    assert len(writer.text) == len(TEXT) + len("dropped ")


def test_files_that_are_dropped_are_left_to_the_window(qtbot: QtBot) -> None:
    writer = Writer(qtbot, TEXT)
    data = QMimeData()
    data.setUrls(["file:///tmp/draft.md"])

    assert not writer.editor.canInsertFromMimeData(data)


def test_an_input_method_wins_over_the_ghost(qtbot: QtBot) -> None:
    writer = Writer(qtbot, TEXT, at=AT)
    before = formats(writer)
    writer.offer(GHOST)

    writer.compose("ni hao")

    assert writer.editor.ghost_text() == ""
    assert writer.editor.textCursor().block().layout().preeditAreaText() == "ni hao"
    assert writer.editor.text() == TEXT
    writer.compose("", "你好")
    assert writer.text == TEXT[:AT] + "你好" + TEXT[AT:]
    assert (writer.ghost, formats(writer)[0]) == ("", before[0])


def test_what_an_input_method_commits_is_typed_through(qtbot: QtBot) -> None:
    writer = Writer(qtbot, "他说")
    writer.offer("你好吗")

    writer.compose("ni hao")
    writer.compose("", "你好")

    assert (writer.text, writer.ghost) == ("他说你好", "吗")
    assert writer.kinds()[1] == ("你好", Kind.TYPED)


def test_a_composition_that_is_given_up_brings_the_ghost_back(qtbot: QtBot) -> None:
    writer = Writer(qtbot, "他说")
    writer.offer("你好吗")

    writer.compose("n")
    writer.compose("")

    assert (writer.text, writer.ghost) == ("他说", "你好吗")


def test_nothing_is_asked_while_composing_and_something_after_the_commit(qtbot: QtBot) -> None:
    writer = Writer(qtbot, "他说", automatic=True)

    writer.compose("n")
    writer.let_the_pause_pass()
    assert writer.requests == []
    with qtbot.waitSignal(writer.editor.suggestion_wanted):
        writer.compose("", "你")

    assert writer.requests[0].text_before == "他说你"


def test_an_answer_that_comes_while_composing_is_not_shown(qtbot: QtBot) -> None:
    writer = Writer(qtbot, "他说")
    writer.editor.ask_now()
    writer.compose("n")

    writer.reply("你好")

    assert writer.editor.ghost_text() == ""
    assert writer.editor.textCursor().block().layout().preeditAreaText() == "n"


def test_composing_over_a_selection_replaces_it_with_typed_text(qtbot: QtBot) -> None:
    writer = Writer(qtbot, "他说好")
    writer.select(1, 2)

    writer.compose("jiang")
    writer.compose("", "讲")

    assert writer.text == "他讲好"
    assert [text for text, kind in writer.kinds() if kind is Kind.TYPED] == ["讲"]


def test_a_commit_over_a_selection_is_typed_and_undo_brings_the_origins_back(qtbot: QtBot) -> None:
    writer = Writer(qtbot, "他说好")
    before = writer.editor.origins()
    writer.select(1, 2)

    writer.compose("", "讲")

    assert [text for text, kind in writer.kinds() if kind is Kind.TYPED] == ["讲"]
    while writer.undo_steps:
        writer.editor.undo()
    assert (writer.text, writer.editor.origins()) == ("他说好", before)


def test_an_empty_input_method_event_keeps_ghost_and_highlighting(qtbot: QtBot) -> None:
    writer = Writer(qtbot, TEXT, at=6)
    before = formats(writer)
    writer.offer(" really")

    QApplication.sendEvent(writer.editor, QInputMethodEvent())

    assert writer.ghost == " really"
    writer.press(KEY.Key_Escape)
    assert formats(writer) == before


def test_losing_the_focus_keeps_the_text(qtbot: QtBot) -> None:
    writer = Writer(qtbot, TEXT, at=AT)
    writer.offer(GHOST)

    writer.editor.clearFocus()
    QGuiApplication.inputMethod().commit()
    QGuiApplication.inputMethod().reset()

    assert writer.text == TEXT
    assert writer.ghost in ("", GHOST)


def test_candidates_stand_at_the_cursor_of_the_widget(qtbot: QtBot) -> None:
    writer = Writer(qtbot, TEXT, at=AT)
    editor = writer.editor

    place = editor.inputMethodQuery(Qt.InputMethodQuery.ImCursorRectangle).toRect()

    assert editor.viewport().pos() != QPoint(0, 0)
    assert place.topLeft() == editor.viewport().mapTo(editor, editor.cursorRect().topLeft())


@pytest.mark.parametrize("key", [KEY.Key_Tab, KEY.Key_Escape])
def test_keys_after_a_click_find_no_ghost(qtbot: QtBot, key: Qt.Key) -> None:
    writer = Writer(qtbot, "one two", at=3)
    writer.offer(" more")
    writer.click(writer.editor.cursorRect().center() - QPoint(10, 0))

    writer.press(key)

    assert "more" not in writer.text
