"""Ghost text in the editor, with real keys: on screen, in the document, in undo. Long, for it lists every key and place."""

from __future__ import annotations

import dataclasses
from functools import partial
from typing import TYPE_CHECKING

import pytest
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence, QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMainWindow, QVBoxLayout, QWidget

from tests.fakes_ui import ALT, CONTROL, KEY, SHIFT, Writer, answer
from writer_app.documents.origins import IMPORTED, Kind, Origins
from writer_app.suggest import SuggestionSettings

if TYPE_CHECKING:
    from PySide6.QtCore import Qt
    from PySide6.QtGui import QKeyEvent
    from pytestqt.qtbot import QtBot


def test_a_ghost_is_on_screen_and_nowhere_else(qtbot: QtBot) -> None:
    writer = Writer(qtbot, "It was there.", at=6)
    changes: list[object] = []
    writer.editor.textChanged.connect(lambda: changes.append("text"))
    writer.editor.document().contentsChange.connect(lambda *change: changes.append(change))

    writer.offer(" raining again")

    assert writer.ghost == " raining again"
    assert writer.text == "It was there."
    assert writer.editor.document().characterCount() == len("It was there.") + 1
    assert changes == []
    assert writer.undo_steps == 0
    assert not writer.editor.document().isModified()
    assert writer.editor.origins() == Origins.uniform(13, IMPORTED)


def test_select_all_and_copy_leave_the_ghost_out(qtbot: QtBot) -> None:
    writer = Writer(qtbot, "It was")
    writer.offer(" raining")

    writer.press(KEY.Key_A, CONTROL)
    writer.press(KEY.Key_C, CONTROL)

    assert QGuiApplication.clipboard().text() == "It was"
    assert writer.ghost == ""


def test_cut_leaves_the_ghost_out(qtbot: QtBot) -> None:
    writer = Writer(qtbot, "It was")
    writer.offer(" raining")

    writer.press(KEY.Key_Home, SHIFT)
    writer.press(KEY.Key_X, CONTROL)

    assert (writer.text, writer.ghost, QGuiApplication.clipboard().text()) == ("", "", "It was")


def test_tab_inserts_all_of_it(qtbot: QtBot) -> None:
    writer = Writer(qtbot, "It was")
    writer.offer(" raining again.")

    writer.press(KEY.Key_Tab)

    assert (writer.text, writer.ghost) == ("It was raining again.", "")
    assert writer.position == len("It was raining again.")


def test_control_right_inserts_word_by_word_and_the_rest_stays(qtbot: QtBot) -> None:
    writer = Writer(qtbot, 'It was the end" he wrote', at=6)
    writer.offer(' raining, "again" and')

    states = []
    for _ in range(3):
        writer.press(KEY.Key_Right, CONTROL)
        states.append((writer.text, writer.ghost))

    assert states == [
        ('It was raining, the end" he wrote', ' "again" and'),
        ('It was raining, "again" the end" he wrote', " and"),
        ('It was raining, "again" and the end" he wrote', ""),
    ]


def test_alt_right_inserts_up_to_the_end_of_the_sentence(qtbot: QtBot) -> None:
    writer = Writer(qtbot, "It was Mr")
    writer.offer(". Hale again. He had come")

    writer.press(KEY.Key_Right, ALT)

    assert (writer.text, writer.ghost) == ("It was Mr. Hale again.", " He had come")


def test_escape_dismisses_and_stays_quiet_for_that_place(qtbot: QtBot) -> None:
    writer = Writer(qtbot, "It was")
    writer.editor.ask_now()
    writer.reply(" rain", final=False)

    writer.press(KEY.Key_Escape)
    writer.reply(" raining")

    assert (writer.text, writer.ghost) == ("It was", "")


def test_escape_without_a_ghost_gives_up_the_answer_on_its_way(qtbot: QtBot) -> None:
    writer = Writer(qtbot, "It was")
    writer.editor.ask_now()

    writer.press(KEY.Key_Escape)
    writer.reply(" raining")

    assert writer.ghost == ""


def test_alternatives_change_with_alt_and_brackets(qtbot: QtBot) -> None:
    writer = Writer(qtbot, "It was")
    writer.offer(" raining", " over", " he")

    seen = [writer.ghost]
    for key in (KEY.Key_BracketRight, KEY.Key_BracketRight, KEY.Key_BracketRight, KEY.Key_BracketLeft):
        writer.press(key, ALT)
        seen.append(writer.ghost)
    writer.press(KEY.Key_Tab)

    assert seen == [" raining", " over", " he", " raining", " he"]
    assert writer.text == "It was he"


def test_alt_backslash_asks_now_with_automatic_off(qtbot: QtBot) -> None:
    writer = Writer(qtbot, "It was")

    writer.press(KEY.Key_Backslash, ALT)

    assert [(request.text_before, request.text_after) for request in writer.requests] == [("It was", "")]
    assert writer.text == "It was"


@pytest.mark.parametrize(
    ("key", "modifiers", "text", "position"),
    [
        (KEY.Key_Tab, None, "It\t was", 3),
        (KEY.Key_Right, CONTROL, "It was", 3),
        (KEY.Key_Right, ALT, "It was", 2),
        (KEY.Key_Escape, None, "It was", 2),
    ],
)
def test_without_a_ghost_its_keys_mean_what_they_always_do(
    qtbot: QtBot, key: Qt.Key, modifiers: Qt.KeyboardModifier | None, text: str, position: int
) -> None:
    writer = Writer(qtbot, "It was", at=2)

    writer.press(key, *([modifiers] if modifiers else []))

    assert (writer.text, writer.position) == (text, position)


def test_escape_without_a_ghost_goes_on_to_the_window(qtbot: QtBot) -> None:
    class Window(QWidget):
        def __init__(self) -> None:
            super().__init__()
            self.keys: list[int] = []

        def keyPressEvent(self, event: QKeyEvent) -> None:
            self.keys.append(event.key())

    window = Window()
    qtbot.addWidget(window)
    writer = Writer(qtbot, "It was", window=window)
    QVBoxLayout(window).addWidget(writer.editor)
    window.show()

    writer.offer(" raining")
    writer.press(KEY.Key_Escape)
    assert window.keys == []
    writer.press(KEY.Key_Escape)

    assert window.keys == [KEY.Key_Escape]


def test_a_menu_with_the_same_keys_does_not_take_them_from_the_editor(qtbot: QtBot) -> None:
    window = QMainWindow()
    qtbot.addWidget(window)
    writer = Writer(qtbot, "It was", window=window)
    window.setCentralWidget(writer.editor)
    triggered: list[str] = []
    for keys in ("Tab", "Ctrl+Right", "Alt+]", "Esc", "F9"):
        action = QAction(keys, window)
        action.setShortcut(QKeySequence(keys))
        action.triggered.connect(lambda _checked=False, keys=keys: triggered.append(keys))
        window.addAction(action)
    window.show()
    window.activateWindow()
    writer.editor.setFocus()
    qtbot.waitUntil(writer.editor.hasFocus)
    press = partial(QTest.keyClick, window.windowHandle())  # the way of a real key, past the shortcuts

    press(KEY.Key_F9)
    press(KEY.Key_Tab)
    press(KEY.Key_Escape)
    writer.offer(" over", " raining again")
    press(KEY.Key_BracketRight, ALT)
    press(KEY.Key_Right, CONTROL)
    assert (writer.text, writer.ghost) == ("It was\t raining", " again")
    press(KEY.Key_Escape)

    assert (writer.ghost, triggered) == ("", ["F9", "Esc"])


def test_other_keys_can_be_chosen(qtbot: QtBot) -> None:
    writer = Writer(qtbot, "It was")
    writer.editor.set_keys({"accept_all": QKeySequence("F2")})
    writer.offer(" raining")

    writer.press(KEY.Key_F2)
    assert writer.text == "It was raining"
    writer.offer(" again")
    writer.press(KEY.Key_Tab)

    assert (writer.text, writer.ghost) == ("It was raining\t", "")


def test_typing_along_shrinks_the_ghost_and_asks_nothing(qtbot: QtBot) -> None:
    writer = Writer(qtbot, "It was", automatic=True)
    writer.offer(" raining")
    asked = len(writer.requests)

    ghosts = []
    for character in " rai":
        writer.type(character)
        ghosts.append(writer.ghost)
    writer.let_the_pause_pass()

    assert ghosts == ["raining", "aining", "ining", "ning"]
    assert writer.text == "It was rai"
    assert len(writer.requests) == asked


def test_backspace_brings_the_ghost_back(qtbot: QtBot) -> None:
    writer = Writer(qtbot, "It was")
    writer.offer(" raining")
    writer.type(" rx")
    assert writer.ghost == ""

    writer.press(KEY.Key_Backspace)
    assert writer.ghost == "aining"
    writer.press(KEY.Key_Backspace, times=2)

    assert (writer.text, writer.ghost) == ("It was", " raining")


def test_backspace_past_the_place_takes_the_ghost_away(qtbot: QtBot) -> None:
    writer = Writer(qtbot, "It was")
    writer.offer(" raining")

    writer.press(KEY.Key_Backspace)

    assert (writer.text, writer.ghost) == ("It wa", "")


def test_a_mismatch_dismisses_and_asks_anew(qtbot: QtBot) -> None:
    writer = Writer(qtbot, "It was", automatic=True)
    writer.offer(" raining")

    with qtbot.waitSignal(writer.editor.suggestion_wanted):
        writer.type(" x")

    assert writer.ghost == ""
    assert writer.requests[-1].text_before == "It was x"


def test_automatic_asks_after_typing_but_not_after_moving_or_deleting(qtbot: QtBot) -> None:
    writer = Writer(qtbot, "It was there", automatic=True)
    writer.press(KEY.Key_Left, times=3)
    writer.press(KEY.Key_Backspace)
    writer.press(KEY.Key_End)
    writer.press(KEY.Key_Z, CONTROL)
    writer.let_the_pause_pass()
    assert writer.requests == []

    with qtbot.waitSignal(writer.editor.suggestion_wanted):
        writer.press(KEY.Key_End)
        writer.type(",")

    assert [request.text_before for request in writer.requests] == ["It was there,"]


def test_automatic_does_not_ask_inside_a_word(qtbot: QtBot) -> None:
    writer = Writer(qtbot, "unbelievable", at=2, automatic=True)

    writer.type("x")
    writer.let_the_pause_pass()

    assert writer.requests == []


def test_moving_away_before_the_pause_is_over_asks_nothing(qtbot: QtBot) -> None:
    writer = Writer(qtbot, "It was", automatic=True)

    writer.type("!")
    writer.press(KEY.Key_Home)
    writer.let_the_pause_pass()

    assert writer.requests == []


def test_accepting_all_asks_how_it_goes_on(qtbot: QtBot) -> None:
    writer = Writer(qtbot, "It was", automatic=True)
    writer.offer(" raining")

    writer.press(KEY.Key_Tab)

    assert writer.requests[-1].text_before == "It was raining"


@pytest.mark.parametrize("state", ["selection", "read-only", "composing"])
def test_nothing_is_asked_or_shown_with_a_selection_read_only_or_composing(qtbot: QtBot, state: str) -> None:
    writer = Writer(qtbot, "It was")
    writer.editor.ask_now()
    if state == "selection":
        writer.press(KEY.Key_Left, SHIFT)
    elif state == "read-only":
        writer.editor.setReadOnly(True)
    else:
        writer.compose("ni")

    writer.reply(" raining")
    writer.editor.ask_now()

    assert writer.editor.ghost_text() == ""
    assert len(writer.requests) == 1


@pytest.mark.parametrize("key", [KEY.Key_Left, KEY.Key_Right, KEY.Key_Up, KEY.Key_Down, KEY.Key_Home, KEY.Key_End])
def test_moving_the_cursor_takes_the_ghost_away_and_its_answer_too(qtbot: QtBot, key: Qt.Key) -> None:
    text = "first line here\nIt was so\nlast line here"
    writer = Writer(qtbot, text, at=22)
    writer.editor.ask_now()
    writer.reply(" rain", final=False)
    plain = Writer(qtbot, text, at=22)

    writer.press(key)
    plain.press(key)
    writer.reply(" raining")

    assert writer.ghost == ""
    assert writer.position == plain.position


def test_bare_modifier_keys_leave_the_ghost_alone(qtbot: QtBot) -> None:
    writer = Writer(qtbot, "It was")
    writer.offer(" Raining")

    for key in (KEY.Key_Shift, KEY.Key_Control, KEY.Key_Alt):
        QTest.keyPress(writer.editor, key)
        QTest.keyRelease(writer.editor, key)

    assert writer.ghost == " Raining"


def test_a_streamed_answer_grows_on_screen(qtbot: QtBot) -> None:
    writer = Writer(qtbot, "It was")
    writer.editor.ask_now()

    writer.reply(" rain", final=False)
    writer.type(" r")
    writer.reply(" raining", final=False)
    writer.reply(" raining again")

    assert writer.ghosts == [" rain", "rain", "ain", "aining", "aining again"]
    assert writer.ghost == "aining again"


def test_an_answer_to_an_older_request_is_dropped(qtbot: QtBot) -> None:
    writer = Writer(qtbot, "It was")
    writer.editor.ask_now()
    writer.type("!")
    writer.editor.ask_now()

    writer.editor.show_answer(answer(writer.requests[0].revision, " raining"))

    assert writer.ghost == ""


def test_a_late_answer_is_shown_if_what_was_typed_since_fits(qtbot: QtBot) -> None:
    writer = Writer(qtbot, "It was")
    writer.editor.ask_now()
    writer.type(" ra")

    writer.reply(" raining")

    assert (writer.text, writer.ghost) == ("It was ra", "ining")


def test_an_answer_to_what_has_been_erased_since_is_dropped(qtbot: QtBot) -> None:
    writer = Writer(qtbot, "It was")
    writer.editor.ask_now()
    writer.press(KEY.Key_Backspace)
    writer.type(" ")

    writer.reply(" raining")

    assert (writer.text, writer.ghost) == ("It wa ", "")


def test_a_late_answer_that_fits_makes_asking_again_unnecessary(qtbot: QtBot) -> None:
    writer = Writer(qtbot, "It was", automatic=True)
    writer.editor.ask_now()
    writer.type(" r")

    writer.reply(" raining")
    writer.let_the_pause_pass()

    assert (writer.ghost, len(writer.requests)) == ("aining", 1)


def test_a_word_can_be_accepted_while_the_answer_still_grows(qtbot: QtBot) -> None:
    writer = Writer(qtbot, "It was")
    writer.editor.ask_now()
    writer.reply(" raining again", final=False)

    writer.press(KEY.Key_Right, CONTROL)
    writer.reply(" raining again today")

    assert (writer.text, writer.ghost) == ("It was raining", " again today")


def test_the_revision_counts_changes_and_moves(qtbot: QtBot) -> None:
    writer = Writer(qtbot, "It was")
    revisions = [writer.editor.revision]

    for press in (lambda: writer.type("x"), lambda: writer.press(KEY.Key_Left), lambda: writer.press(KEY.Key_Delete)):
        press()
        revisions.append(writer.editor.revision)

    assert revisions == sorted(set(revisions))


def test_each_accept_is_one_undo_step_apart_from_typing(qtbot: QtBot) -> None:
    writer = Writer(qtbot, "It was")
    writer.type(" so")
    writer.offer(" very wet and")
    writer.press(KEY.Key_Right, CONTROL)
    writer.press(KEY.Key_Right, CONTROL)
    writer.type(" and cold")
    assert writer.text == "It was so very wet and cold"

    states = []
    for _ in range(4):
        writer.press(KEY.Key_Z, CONTROL)
        states.append(writer.text)

    assert states == ["It was so very wet", "It was so very", "It was so", "It was"]
    assert writer.undo_steps == 0


def test_undoing_an_accept_brings_the_ghost_back_and_redo_takes_it_again(qtbot: QtBot) -> None:
    writer = Writer(qtbot, "It was")
    writer.offer(" raining again")
    writer.press(KEY.Key_Right, CONTROL)

    writer.editor.undo()
    assert (writer.text, writer.ghost) == ("It was", " raining again")
    writer.editor.redo()

    assert (writer.text, writer.ghost) == ("It was raining", " again")


def test_undo_from_qts_own_menu_ends_the_ghost(qtbot: QtBot) -> None:
    writer = Writer(qtbot, "It was")
    writer.type(" so")
    writer.offer(" raining")

    writer.editor.document().undo()

    assert (writer.text, writer.ghost) == ("It was", "")


def test_text_set_by_a_program_ends_the_ghost(qtbot: QtBot) -> None:
    writer = Writer(qtbot, "one\nIt was\nthree", at=10)
    writer.offer(" raining")

    writer.editor.setPlainText("other\ntext")

    assert (writer.text, writer.ghost) == ("other\ntext", "")


@pytest.mark.parametrize(
    ("start", "end", "new"),
    [
        (4, 4, "new\n"),  # where the ghost's paragraph begins
        (6, 6, "\n"),  # inside it, before the ghost
        (11, 12, "\n"),  # inside it, behind the ghost
        (3, 4, ""),  # joins it with the one before
        (14, 15, ""),  # joins it with the next
        (0, 17, "all new\nof it"),
        (15, 15, "elsewhere "),
    ],
)
def test_a_change_by_a_program_ends_the_ghost_wherever_it_is(qtbot: QtBot, start: int, end: int, new: str) -> None:
    text = "one\nIt was ever\nthree"
    writer = Writer(qtbot, text, at=10)
    writer.offer(" raining")
    cursor = QTextCursor(writer.editor.document())
    cursor.setPosition(start)
    cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)

    cursor.insertText(new)

    assert (writer.text, writer.ghost) == (text[:start] + new + text[end:], "")
    writer.reply(" raining again")
    assert writer.ghost == ""


def test_a_program_that_moves_the_cursor_or_selects_ends_the_ghost(qtbot: QtBot) -> None:
    writer = Writer(qtbot, "It was")
    writer.offer(" raining")
    writer.go_to(3)
    moved = writer.ghost
    writer.go_to(6)
    writer.offer(" raining")

    writer.select(0, 6)

    assert (moved, writer.ghost) == ("", "")


def test_enter_breaks_the_paragraph_at_the_cursor(qtbot: QtBot) -> None:
    writer = Writer(qtbot, "It was there", at=6)
    writer.offer(" raining")

    writer.press(KEY.Key_Return)

    assert (writer.text, writer.ghost) == ("It was\n there", "")
    writer.press(KEY.Key_Backspace)
    assert (writer.text, writer.ghost) == ("It was there", " raining")


def test_a_ghost_over_paragraphs_is_typed_through_and_accepted(qtbot: QtBot) -> None:
    writer = Writer(qtbot, "He left")
    writer.offer(".\n\nThe sea")

    writer.type(".")
    writer.press(KEY.Key_Return)
    assert writer.ghost == "\nThe sea"
    writer.press(KEY.Key_Tab)

    assert (writer.text, writer.ghost) == ("He left.\n\nThe sea", "")
    assert writer.editor.document().blockCount() == 3


def test_paste_ends_the_ghost(qtbot: QtBot) -> None:
    writer = Writer(qtbot, "It was")
    writer.offer(" raining")
    QGuiApplication.clipboard().setText(" ra")

    writer.press(KEY.Key_V, CONTROL)

    assert (writer.text, writer.ghost) == ("It was ra", "")


def test_a_very_long_paragraph_gets_no_ghost(qtbot: QtBot) -> None:
    writer = Writer(qtbot, "word " * 4100)

    writer.editor.ask_now()

    assert writer.requests == []


def test_accepting_says_what_was_taken_and_records_where_it_comes_from(qtbot: QtBot) -> None:
    writer = Writer(qtbot, "It was")
    writer.editor.set_settings(SuggestionSettings(temperature=0.8, seed=5))
    accepted: list[object] = []
    writer.editor.suggestion_accepted.connect(accepted.append)
    writer.offer(" raining again")

    writer.press(KEY.Key_Right, CONTROL)
    writer.press(KEY.Key_Tab)

    assert [(taken.text, taken.part, taken.suggestion.text) for taken in accepted] == [
        (" raining", "word", " raining again"),
        (" again", "all", " raining again"),
    ]
    first, second = (run.origin for run in writer.editor.origins().runs[1:])
    assert first.kind is second.kind is Kind.SUGGESTED
    assert (first.detail("text"), second.detail("text")) == (" raining", " again")
    assert first.detail("id") != second.detail("id")
    asked_with = dataclasses.asdict(SuggestionSettings(temperature=0.8, seed=5))
    assert {name: first.detail(name) for name in asked_with} == asked_with
    assert (first.detail("model"), first.detail("alternative")) == ("fake", 0)
    assert str(first.detail("time")).endswith("+00:00")


def test_the_text_around_the_cursor_is_asked_about(qtbot: QtBot) -> None:
    writer = Writer(qtbot, "One.\n\nIt was so. Then", at=12)

    writer.editor.ask_now()

    request = writer.requests[0]
    assert (request.text_before, request.text_after) == ("One.\n\nIt was", " so. Then")
    assert request.revision == writer.editor.revision
    assert request.settings == SuggestionSettings()
