"""Finding and replacing, with real keys in the bar and a look at the editor."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QVBoxLayout, QWidget

from tests.fakes_ui import CONTROL, KEY, SHIFT, Writer
from writer_app.documents.origins import Kind
from writer_app.ui.find_bar import FindBar
from writer_app.ui.search import Search

if TYPE_CHECKING:
    from PySide6.QtCore import Qt
    from pytestqt.qtbot import QtBot

TEXT = "The sea. A seal, the SEA,\nand over the sea to see 😀 sea."


class Finder:
    """A window with an editor and its find bar."""

    def __init__(self, qtbot: QtBot, text: str = TEXT, at: int = 0) -> None:
        self.window = QWidget()
        qtbot.addWidget(self.window)
        self.writer = Writer(qtbot, text, at=at, window=self.window)
        self.editor = self.writer.editor
        self.bar = FindBar(self.editor, self.window)
        column = QVBoxLayout(self.window)
        column.addWidget(self.bar)
        column.addWidget(self.editor)
        self.window.resize(800, 600)
        self.window.show()
        self.window.activateWindow()
        self.editor.setFocus()
        qtbot.waitUntil(self.editor.hasFocus)

    def look_for(self, text: str) -> None:
        self.bar.open_find()
        self.bar.wanted.clear()
        QTest.keyClicks(self.bar.wanted, text)

    def press(self, key: Qt.Key, modifiers: Qt.KeyboardModifier | None = None) -> None:
        QTest.keyClick(self.bar.wanted, key, *([modifiers] if modifiers else []))

    @property
    def selected(self) -> tuple[int, str]:
        cursor = self.editor.textCursor()
        return cursor.selectionStart(), cursor.selectedText()


def test_typing_selects_the_first_match_from_the_cursor_on(qtbot: QtBot) -> None:
    finder = Finder(qtbot, at=12)

    finder.look_for("se")
    first = finder.selected
    QTest.keyClicks(finder.bar.wanted, "e")

    assert first == (21, "SE")
    assert finder.selected == (46, "see")


def test_enter_goes_round_forwards_and_shift_enter_backwards(qtbot: QtBot) -> None:
    finder = Finder(qtbot)
    finder.look_for("the")

    places = [finder.selected[0]]
    for modifiers in (None, None, None, SHIFT):
        finder.press(KEY.Key_Return, modifiers)
        places.append(finder.selected[0])

    assert places == [0, 17, 35, 0, 35]


def test_f3_goes_on(qtbot: QtBot) -> None:
    finder = Finder(qtbot)
    finder.look_for("the")

    finder.press(KEY.Key_F3)
    forwards = finder.selected[0]
    finder.press(KEY.Key_F3, SHIFT)

    assert (forwards, finder.selected[0]) == (17, 0)


def test_the_number_of_matches_is_said(qtbot: QtBot) -> None:
    finder = Finder(qtbot)

    said = []
    for wanted in ("sea", "seal", "nothing", ""):
        finder.look_for(wanted)
        said.append(finder.bar.message.text())

    assert said == ["1 of 5", "1 of 1", "Nothing found", ""]


def test_the_number_follows_the_text(qtbot: QtBot) -> None:
    finder = Finder(qtbot)
    finder.look_for("sea")

    finder.writer.press(KEY.Key_Delete)

    qtbot.waitUntil(lambda: finder.bar.message.text() == "Found: 4")


@pytest.mark.parametrize(
    ("option", "wanted", "count"),
    [("match_case", "SEA", 1), ("whole_words", "sea", 4), ("expression", r"se[ae]\b", 5), (None, "se[ae]", 0)],
)
def test_options_narrow_or_widen_the_search(qtbot: QtBot, option: str | None, wanted: str, count: int) -> None:
    finder = Finder(qtbot)
    if option:
        getattr(finder.bar, option).click()

    finder.look_for(wanted)

    assert finder.bar.message.text() == (f"1 of {count}" if count else "Nothing found")


def test_a_bad_expression_is_said_in_the_bar(qtbot: QtBot) -> None:
    finder = Finder(qtbot)
    finder.bar.expression.click()

    finder.look_for("se(a")
    finder.bar.find_next()
    finder.bar.open_replace()
    finder.bar.replace_all()

    assert finder.bar.wanted.isVisible()
    assert finder.writer.editor.text() == TEXT
    finder.look_for("se(a")
    assert finder.bar.message.text().startswith("This is no expression: missing closing parenthesis")


def test_an_expression_that_would_never_end_is_given_up(qtbot: QtBot) -> None:
    search = Search("(a+)+$", regular_expression=True)

    assert list(search.matches("a" * 40 + "b")) == []


def test_replacing_one_goes_on_to_the_next(qtbot: QtBot) -> None:
    finder = Finder(qtbot)
    finder.look_for("sea")
    finder.bar.open_replace()
    finder.bar.replacement.setFocus()
    QTest.keyClicks(finder.bar.replacement, "lake")

    QTest.keyClick(finder.bar.replacement, KEY.Key_Return)

    assert finder.editor.text() == TEXT.replace("sea", "lake", 1)
    assert finder.selected == (12, "sea")
    assert ("lake", Kind.TYPED) in finder.writer.kinds()


def test_replacing_with_nothing_selected_selects_first(qtbot: QtBot) -> None:
    finder = Finder(qtbot)
    finder.look_for("sea")
    finder.bar.open_replace()
    finder.writer.go_to(10)

    finder.bar.replace()

    assert finder.editor.text() == TEXT
    assert finder.selected == (11, "sea")


def test_replacing_all_is_one_undo_step(qtbot: QtBot) -> None:
    finder = Finder(qtbot)
    finder.look_for("sea")
    finder.bar.open_replace()
    QTest.keyClicks(finder.bar.replacement, "sea and more sea")

    finder.bar.replace_all_button.click()

    assert finder.editor.text() == (
        "The sea and more sea. A sea and more seal, the sea and more sea,\n"
        "and over the sea and more sea to see 😀 sea and more sea."
    )
    assert finder.bar.message.text() == "Replaced: 5"
    finder.writer.press(KEY.Key_Z, CONTROL)
    assert finder.editor.text() == TEXT
    assert finder.writer.undo_steps == 0


def test_groups_and_escapes_in_a_replacement(qtbot: QtBot) -> None:
    finder = Finder(qtbot, "Hale, Marrick; Marsh, Ann")
    finder.bar.expression.click()
    finder.look_for(r"(\w+), (\w+)(; )?")
    finder.bar.open_replace()
    QTest.keyClicks(finder.bar.replacement, r"\2 \1\n")

    finder.bar.replace_all()

    assert finder.editor.text() == "Marrick Hale\nAnn Marsh\n"


def test_without_an_expression_the_replacement_is_taken_as_it_is(qtbot: QtBot) -> None:
    finder = Finder(qtbot, "a.b")
    finder.look_for(".")
    finder.bar.open_replace()
    QTest.keyClicks(finder.bar.replacement, r"\1\n")

    finder.bar.replace_all()

    assert finder.editor.text() == r"a\1\nb"


def test_an_expression_finds_across_paragraphs_and_at_their_ends(qtbot: QtBot) -> None:
    across = Search(r"SEA,\nand", regular_expression=True)
    starts = Search("^and", regular_expression=True)

    assert [(match.start, match.end) for match in across.matches(TEXT)] == [(21, 29)]
    assert [match.start for match in starts.matches(TEXT)] == [26]


def test_replacing_never_happens_in_a_read_only_text(qtbot: QtBot) -> None:
    finder = Finder(qtbot)
    finder.editor.setReadOnly(True)

    finder.bar.open_replace()

    assert not finder.bar.replacement.isVisible()
    finder.look_for("sea")
    finder.bar.replace_all()
    assert finder.editor.text() == TEXT


def test_opening_takes_over_what_is_selected(qtbot: QtBot) -> None:
    finder = Finder(qtbot)
    finder.writer.select(4, 7)

    finder.bar.open_find()

    assert finder.bar.wanted.text() == "sea"
    assert finder.bar.wanted.hasFocus()
    assert finder.bar.message.text() == "1 of 5"


def test_escape_closes_the_bar_and_gives_the_focus_back(qtbot: QtBot) -> None:
    finder = Finder(qtbot)
    finder.look_for("sea")
    assert finder.editor.extraSelections()

    finder.press(KEY.Key_Escape)

    assert finder.bar.isHidden()
    assert finder.editor.hasFocus()
    assert finder.editor.extraSelections() == []
    assert finder.selected == (4, "sea")


def test_find_next_works_with_the_bar_closed_and_opens_it_when_nothing_is_looked_for(qtbot: QtBot) -> None:
    finder = Finder(qtbot)
    finder.bar.find_next()
    opened = finder.bar.isVisible()
    QTest.keyClicks(finder.bar.wanted, "the")
    finder.press(KEY.Key_Escape)

    finder.bar.find_next()

    assert opened
    assert finder.bar.isHidden()
    assert finder.selected == (17, "the")


def test_marks_give_way_to_a_ghost_and_come_back(qtbot: QtBot) -> None:
    finder = Finder(qtbot)
    finder.look_for("sea")
    marks = len(finder.editor.extraSelections())
    finder.writer.go_to(3)

    finder.writer.offer(" cold")
    with_ghost = len(finder.editor.extraSelections())
    finder.writer.press(KEY.Key_Escape)

    assert (marks, with_ghost, len(finder.editor.extraSelections())) == (5, 0, 5)


def test_the_ghost_is_not_found_or_replaced(qtbot: QtBot) -> None:
    finder = Finder(qtbot, "It was", at=6)
    finder.writer.offer(" raining")

    finder.look_for("raining")
    finder.bar.replace_all()

    assert (finder.editor.text(), finder.bar.message.text()) == ("It was", "Replaced: 0")


def test_every_control_has_a_name(qtbot: QtBot) -> None:
    finder = Finder(qtbot)

    for widget in finder.bar.findChildren(QWidget):
        assert widget.accessibleName() or getattr(widget, "text", str)()
