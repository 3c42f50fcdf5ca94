"""Who wrote what, through typing, pasting, accepting, editing, undo, redo, moving text about and loading."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtGui import QGuiApplication

from tests.fakes_ui import CONTROL, KEY, SHIFT, Writer
from writer_app.documents.origins import IMPORTED, Kind, Origin, Origins, Run

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytestqt.qtbot import QtBot

TYPED, PASTED, SUGGESTED, EDITED = Kind.TYPED, Kind.PASTED, Kind.SUGGESTED, Kind.EDITED
OPENED = Kind.IMPORTED


def test_each_way_into_the_text_leaves_its_own_origin(qtbot: QtBot) -> None:
    writer = Writer(qtbot, "Opened.")
    QGuiApplication.clipboard().setText(" Pasted.")

    writer.type(" Typed.")
    writer.press(KEY.Key_V, CONTROL)
    writer.offer(" Suggested.")
    writer.press(KEY.Key_Tab)
    writer.type(" More.")

    assert writer.kinds() == [
        ("Opened.", OPENED),
        (" Typed.", TYPED),
        (" Pasted.", PASTED),
        (" Suggested.", SUGGESTED),
        (" More.", TYPED),
    ]


@pytest.mark.parametrize("key", ["x", "\n", "\t"])
def test_what_is_typed_inside_other_text_is_typed(qtbot: QtBot, key: str) -> None:
    writer = Writer(qtbot, "opened", at=3)

    writer.press({"\n": KEY.Key_Return, "\t": KEY.Key_Tab}.get(key, KEY.Key_X))

    assert writer.kinds() == [("ope", OPENED), (key, TYPED), ("ned", OPENED)]


def test_typing_over_a_selection_is_typed_and_one_undo_step(qtbot: QtBot) -> None:
    writer = Writer(qtbot, "opened text here")
    writer.select(7, 11)

    writer.press(KEY.Key_W)

    assert writer.kinds() == [("opened ", OPENED), ("w", TYPED), (" here", OPENED)]
    writer.press(KEY.Key_Z, CONTROL)
    assert writer.kinds() == [("opened text here", OPENED)]
    assert writer.undo_steps == 0


def test_undo_takes_back_a_sentence_of_typing_at_a_time(qtbot: QtBot) -> None:
    writer = Writer(qtbot)
    writer.type('It rained. "So it did!" said he. Then')

    states = []
    while writer.undo_steps:
        writer.press(KEY.Key_Z, CONTROL)
        states.append(writer.text)

    assert states == ['It rained. "So it did!" said he.', 'It rained. "So it did!"', "It rained.", ""]
    writer.editor.redo()
    assert writer.kinds() == [("It rained.", TYPED)]


def test_shift_enter_makes_a_paragraph_and_no_line_separator(qtbot: QtBot) -> None:
    writer = Writer(qtbot, "one")

    writer.press(KEY.Key_Return, SHIFT)
    writer.type("two")

    assert writer.text == "one\ntwo"


def test_undo_and_redo_bring_origins_back_exactly(qtbot: QtBot) -> None:
    writer = Writer(qtbot, "Opened text.")
    states = [writer.editor.origins()]
    QGuiApplication.clipboard().setText(" pasted")

    def step(*actions: Callable[[], object]) -> None:
        for action in actions:
            action()
        states.append(writer.editor.origins())

    step(lambda: writer.type(" typed"))
    step(lambda: writer.press(KEY.Key_V, CONTROL))
    step(lambda: writer.offer(" suggested by it"), lambda: writer.press(KEY.Key_Tab))
    step(lambda: writer.select(3, 30), lambda: writer.press(KEY.Key_Delete))

    for expected in reversed(states[:-1]):
        writer.editor.undo()
        assert writer.editor.origins() == expected
    for expected in states[1:]:
        writer.editor.redo()
        assert writer.editor.origins() == expected


def test_a_suggestion_that_is_changed_counts_as_edited_until_the_change_is_undone(qtbot: QtBot) -> None:
    writer = Writer(qtbot)
    writer.offer("the long sea")
    writer.press(KEY.Key_Tab)

    writer.press(KEY.Key_Backspace)
    assert writer.kinds() == [("the long se", EDITED)]
    assert writer.editor.origins().runs[0].origin.detail("text") == "the long sea"
    writer.press(KEY.Key_Z, CONTROL)

    assert writer.kinds() == [("the long sea", SUGGESTED)]


def test_words_written_into_a_suggestion_are_typed_and_leave_it_complete(qtbot: QtBot) -> None:
    writer = Writer(qtbot)
    writer.offer("the sea")
    writer.press(KEY.Key_Tab)
    writer.go_to(3)

    writer.type(" cold")

    assert writer.kinds() == [("the", SUGGESTED), (" cold", TYPED), (" sea", SUGGESTED)]


def test_text_that_is_moved_keeps_its_origin(qtbot: QtBot) -> None:
    writer = Writer(qtbot, "Opened. ")
    writer.type("Typed. ")
    writer.offer("Suggested. ")
    writer.press(KEY.Key_Tab)
    writer.select(8, 26)

    writer.press(KEY.Key_X, CONTROL)
    writer.press(KEY.Key_Home)
    writer.press(KEY.Key_V, CONTROL)

    assert writer.kinds() == [("Typed. ", TYPED), ("Suggested. ", SUGGESTED), ("Opened. ", OPENED)]


def test_a_copy_of_part_of_a_suggestion_is_edited_and_the_whole_stays_complete(qtbot: QtBot) -> None:
    writer = Writer(qtbot)
    writer.offer("the long sea")
    writer.press(KEY.Key_Tab)
    writer.select(4, 12)
    writer.press(KEY.Key_C, CONTROL)
    writer.press(KEY.Key_End, CONTROL)
    writer.type(" ")

    writer.press(KEY.Key_V, CONTROL)

    assert writer.kinds() == [("the long sea", SUGGESTED), (" ", TYPED), ("long sea", EDITED)]


def test_text_copied_elsewhere_is_pasted_even_if_something_was_copied_here_before(qtbot: QtBot) -> None:
    writer = Writer(qtbot, "one two")
    writer.select(0, 3)
    writer.press(KEY.Key_C, CONTROL)
    QGuiApplication.clipboard().setText("three")
    writer.press(KEY.Key_End)

    writer.press(KEY.Key_V, CONTROL)

    assert writer.kinds() == [("one two", OPENED), ("three", PASTED)]


def test_the_clipboard_gets_plain_text_with_its_no_break_spaces(qtbot: QtBot) -> None:
    writer = Writer(qtbot, "« Oui\u00a0»\nnon")

    writer.press(KEY.Key_A, CONTROL)
    writer.press(KEY.Key_C, CONTROL)

    data = QGuiApplication.clipboard().mimeData()
    assert data.text() == "« Oui\u00a0»\nnon"
    assert not data.hasHtml()


def test_a_paste_of_several_paragraphs_is_one_undo_step(qtbot: QtBot) -> None:
    writer = Writer(qtbot, "one")
    QGuiApplication.clipboard().setText("a\r\nb\nc")

    writer.press(KEY.Key_V, CONTROL)
    assert writer.kinds() == [("one", OPENED), ("a\nb\nc", PASTED)]
    writer.press(KEY.Key_Z, CONTROL)

    assert (writer.text, writer.undo_steps) == ("one", 0)


def test_nothing_can_be_pasted_or_typed_into_a_read_only_text(qtbot: QtBot) -> None:
    writer = Writer(qtbot, "one")
    writer.editor.setReadOnly(True)
    QGuiApplication.clipboard().setText("x")

    writer.press(KEY.Key_V, CONTROL)
    writer.type("x")
    writer.press(KEY.Key_Return)

    assert writer.text == "one"


def test_loading_shows_the_text_unmodified_with_nothing_to_undo(qtbot: QtBot) -> None:
    writer = Writer(qtbot, "old")
    writer.type("er")
    writer.offer(" still")

    writer.editor.load("New\ntext", Origins.uniform(8, Origin(Kind.PASTED)))

    assert (writer.text, writer.ghost, writer.position) == ("New\ntext", "", 0)
    assert writer.undo_steps == 0
    assert not writer.editor.document().isModified()
    assert writer.kinds() == [("New\ntext", PASTED)]
    writer.type("x")
    assert writer.editor.document().isModified()


def test_loading_refuses_origins_of_another_length(qtbot: QtBot) -> None:
    writer = Writer(qtbot, "old")

    with pytest.raises(ValueError, match="describe 2 characters, the text has 3"):
        writer.editor.load("new", Origins.uniform(2, IMPORTED))

    assert writer.text == "old"


def test_a_loaded_suggestion_is_recognised_as_edited_when_it_is_changed_later(qtbot: QtBot) -> None:
    origin = Origin(Kind.SUGGESTED, (("id", "a1"), ("text", "the sea")))
    writer = Writer(qtbot)
    writer.editor.load("by the sea", Origins.from_runs([Run(3, IMPORTED), Run(7, origin)]))
    assert writer.editor.origins().runs[1].origin == origin

    writer.press(KEY.Key_End)
    writer.press(KEY.Key_Backspace)

    assert writer.kinds() == [("by ", OPENED), ("the se", EDITED)]


def test_text_is_read_exactly(qtbot: QtBot) -> None:
    text = "no\u00a0break, line\u2028separator, 😀 and e\u0301\n\n\ttab  \n"
    writer = Writer(qtbot)

    writer.editor.load(text, Origins.uniform(len(text), IMPORTED))

    assert writer.editor.text() == text


def test_the_cursor_is_told_and_set_in_code_points(qtbot: QtBot) -> None:
    writer = Writer(qtbot, "😀😀 laughed\nand 😀")

    for offset in (0, 1, 2, 3, 11, 15, 16):
        writer.editor.set_cursor_offset(offset)
        assert writer.editor.cursor_offset() == offset
    writer.editor.set_cursor_offset(1000)

    assert writer.editor.cursor_offset() == len(writer.text)


pieces = st.lists(
    st.tuples(
        st.text(alphabet="ab \n😀他\u00a0", min_size=1, max_size=6),
        st.sampled_from([IMPORTED, Origin(Kind.TYPED), Origin(Kind.PASTED), Origin(Kind.EDITED, (("id", "x"),))]),
    ),
    max_size=8,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pieces=pieces)
def test_origins_come_back_as_they_were_loaded(qtbot: QtBot, pieces: list[tuple[str, Origin]]) -> None:
    writer = Writer(qtbot)
    text = "".join(piece for piece, _ in pieces)
    origins = Origins.from_runs(Run(len(piece), origin) for piece, origin in pieces)

    writer.editor.load(text, origins)

    assert writer.editor.text() == text
    assert writer.editor.origins() == origins


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    pieces=pieces,
    changes=st.lists(
        st.tuples(st.integers(0, 30), st.integers(0, 8), st.sampled_from(["x", "x\ny", "😀", ""])), max_size=6
    ),
)
def test_origins_follow_edits_as_a_plain_list_would(
    qtbot: QtBot, pieces: list[tuple[str, Origin]], changes: list[tuple[int, int, str]]
) -> None:
    writer = Writer(qtbot)
    text = "".join(piece for piece, _ in pieces)
    expected = Origins.from_runs(Run(len(piece), origin) for piece, origin in pieces)
    writer.editor.load(text, expected)
    pasted, states = Origin(Kind.PASTED), [expected]

    for wanted, length, new in changes:
        start, end = min(wanted, len(text)), min(wanted + length, len(text))
        at, to = (len(text[:place].encode("utf-16-le")) // 2 for place in (start, end))
        writer.select(at, to)
        writer.editor.insert_with_origin(new, pasted)
        text = text[:start] + new + text[end:]
        expected = expected.replace(start, end - start, [Run(len(new), pasted)] if new else [])
        states.append(expected)
        assert writer.editor.text() == text
        assert writer.editor.origins() == expected

    while writer.editor.document().isUndoAvailable():
        writer.editor.undo()
        assert writer.editor.origins() in states
    assert writer.editor.origins() == Origins.from_runs(Run(len(piece), origin) for piece, origin in pieces)
