"""Random keys with ghosts, against a plain string: the ghost never enters the text, and undo goes back to the start."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fakes_ui import ALT, CONTROL, KEY, Writer
from writer_app.ui.ghost import next_sentence_end, next_word_end

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

START = "It was *late*.\n\nThe end of it, 他们 said 😀 once."
OFFERS = (" the sea. Then", "s there", "\n\nNew start", "了。天黑", " 😀 laughed, and", "  two")


class Oracle:
    """The text as a list of characters, and where the cursor is. It knows of ghosts only what it is told to insert."""

    def __init__(self, text: str) -> None:
        self.before, self.after = text, ""

    def insert(self, text: str) -> None:
        self.before += text

    def erase(self) -> None:
        self.before = self.before[:-1]

    def delete(self) -> None:
        self.after = self.after[1:]

    def go(self, position: int) -> None:
        text = self.before + self.after
        self.before, self.after = text[:position], text[position:]


moves = st.one_of(
    st.tuples(st.just("type"), st.sampled_from(["a", " ", " t", " the", "s", ".", "x", "\n"])),
    st.tuples(st.just("offer"), st.lists(st.sampled_from(OFFERS), min_size=1, max_size=3)),
    st.tuples(st.just("late"), st.sampled_from(OFFERS)),
    st.tuples(st.just("follow"), st.integers(1, 6)),
    st.tuples(
        st.sampled_from(["all", "word", "sentence", "next", "escape", "erase", "delete", "home", "compose"]), st.none()
    ),
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(moves, max_size=25))
def test_whatever_is_pressed_the_ghost_stays_out_of_the_text(qtbot: QtBot, steps: list[tuple[str, Any]]) -> None:
    writer = Writer(qtbot, START)
    oracle = Oracle(START)
    for step, detail in steps:
        play(writer, oracle, step, detail)
        ghost = writer.ghost  # also compares what is said with what is laid out
        assert writer.editor.text() == oracle.before + oracle.after
        assert writer.editor.cursor_offset() == len(oracle.before)
        assert not ghost or writer.editor.suggestion().text.endswith(ghost)
        assert writer.editor.origins().length == len(oracle.before + oracle.after)

    while writer.editor.document().isUndoAvailable():
        writer.press(KEY.Key_Z, CONTROL)
    assert writer.editor.text() == START
    while writer.editor.document().isRedoAvailable():
        writer.editor.redo()
    assert writer.editor.text() == oracle.before + oracle.after
    writer.editor.close()


def play(  # noqa: PLR0912  # one case a key
    writer: Writer, oracle: Oracle, step: str, detail: Any
) -> None:
    ghost = writer.editor.ghost_text()
    match step:
        case "type":
            write(writer, oracle, detail)
        case "follow" if ghost:
            write(writer, oracle, ghost[:detail])
        case "offer":
            writer.offer(*detail)
        case "late":
            writer.editor.ask_now()
            write(writer, oracle, detail[:2])
            writer.reply(detail)
        case "all" if ghost:
            writer.press(KEY.Key_Tab)
            oracle.insert(ghost)
        case "word" if ghost:
            writer.press(KEY.Key_Right, CONTROL)
            oracle.insert(ghost[: next_word_end(ghost)])
        case "sentence" if ghost:
            line = oracle.before.rpartition("\n")[2]
            writer.press(KEY.Key_Right, ALT)
            oracle.insert(ghost[: next_sentence_end(ghost, line[-24:])])
        case "next" if ghost:
            writer.press(KEY.Key_BracketRight, ALT)
        case "escape":
            writer.press(KEY.Key_Escape)
        case "erase":
            writer.press(KEY.Key_Backspace)
            oracle.erase()
        case "delete":
            writer.press(KEY.Key_Delete)
            oracle.delete()
        case "home":
            writer.press(KEY.Key_Home, CONTROL)
            oracle.go(0)
        case "compose":
            writer.compose("ni")
            writer.compose("", "你")
            oracle.insert("你")


def write(writer: Writer, oracle: Oracle, text: str) -> None:
    for character in text:
        if character == "\n":
            writer.press(KEY.Key_Return)
        elif character.isascii():
            writer.type(character)
        else:
            writer.compose("", character)
        oracle.insert(character)
