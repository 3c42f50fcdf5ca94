"""The ghost as it is laid out and painted: text flows around it, the highlighting stays, the cursor stands before it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtGui import QColor, QImage, QTextCursor, QTextFormat
from PySide6.QtWidgets import QApplication

from tests.fakes_ui import KEY, Writer
from writer_app.ui import theme

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot

LONG = (
    "The tide had gone out in the night and had not come back, and where the harbour was there lay wet sand and rope."
)
GHOST = " with the boats lying over on it like sleeping cattle in the sun, all eleven of them"


def lines(writer: Writer, block_number: int = 0) -> list[str]:
    """What stands on each line of a paragraph on screen."""
    block = writer.editor.document().findBlockByNumber(block_number)
    writer.editor.blockBoundingRect(block)  # Qt lays out what is looked at
    layout = block.layout()
    at, ghost = layout.preeditAreaPosition(), layout.preeditAreaText()
    shown = block.text()[:at] + ghost + block.text()[at:] if ghost else block.text()
    found = []
    for number in range(layout.lineCount()):
        line = layout.lineAt(number)
        found.append(shown[line.textStart() : line.textStart() + line.textLength()])
    return found


def picture(writer: Writer) -> QImage:
    writer.editor.setCursorWidth(0)  # it blinks
    return writer.editor.viewport().grab().toImage()


def colours_in(image: QImage, left: int, top: int, right: int, bottom: int) -> set[str]:
    return {image.pixelColor(x, y).name().upper() for x in range(left, right) for y in range(top, bottom)}


@pytest.mark.parametrize("at", [0, 30, len(LONG)])
def test_the_text_flows_around_the_ghost_and_back(qtbot: QtBot, at: int) -> None:
    writer = Writer(qtbot, LONG + "\nNext.", at=at)
    before = lines(writer)
    top_before = writer.editor.cursorRect(_end(writer)).top()

    writer.offer(GHOST)

    assert "".join(lines(writer)) == LONG[:at] + GHOST + LONG[at:]
    assert len(lines(writer)) > len(before)
    assert writer.editor.cursorRect(_end(writer)).top() > top_before  # the next paragraph made room
    writer.press(KEY.Key_Escape)
    assert lines(writer) == before
    assert writer.editor.cursorRect(_end(writer)).top() == top_before


def test_with_the_ghost_gone_the_page_looks_as_if_it_had_never_been(qtbot: QtBot) -> None:
    writer = Writer(qtbot, f"# A *fine* heading\n\n{LONG} *And* **so** on.\n\nNext.", at=60)
    plain = picture(writer)

    writer.offer(GHOST)
    shown = picture(writer)
    writer.press(KEY.Key_Escape)

    assert shown != plain
    assert picture(writer) == plain


def test_accepted_the_text_stands_where_the_ghost_stood(qtbot: QtBot) -> None:
    writer = Writer(qtbot, LONG, at=30)
    writer.offer(GHOST)
    shown = lines(writer)

    writer.press(KEY.Key_Tab)

    assert lines(writer) == shown


@pytest.fixture
def steady_cursor() -> Iterator[None]:
    pace = QApplication.cursorFlashTime()
    QApplication.setCursorFlashTime(0)
    yield
    QApplication.setCursorFlashTime(pace)


@pytest.mark.usefixtures("steady_cursor")
def test_the_cursor_stands_before_the_ghost(qtbot: QtBot) -> None:
    writer = Writer(qtbot, LONG, at=30)
    qtbot.waitUntil(writer.editor.hasFocus)
    before = writer.editor.cursorRect()

    writer.offer(GHOST)

    assert writer.editor.cursorRect() == before
    writer.editor.setCursorWidth(0)
    hidden = writer.editor.viewport().grab().toImage()
    writer.editor.setCursorWidth(3)
    drawn = writer.editor.viewport().grab().toImage()
    changed = [
        (x, y)
        for y in range(hidden.height())
        for x in range(hidden.width())
        if hidden.pixelColor(x, y) != drawn.pixelColor(x, y)
    ]
    assert changed
    assert min(x for x, _ in changed) >= before.left() - 1
    assert max(x for x, _ in changed) <= before.left() + 4
    assert min(y for _, y in changed) >= before.top() - 1
    assert max(y for _, y in changed) <= before.bottom() + 1


@pytest.mark.parametrize("colours", [theme.LIGHT, theme.DARK, theme.SEPIA])
def test_the_ghost_is_painted_in_the_themes_own_colour(qtbot: QtBot, colours: theme.ThemeColours) -> None:
    writer = Writer(qtbot, "It was")
    writer.editor.set_theme(colours)
    writer.offer(" mmmmmmmm" * 3)
    place = writer.editor.cursorRect()

    found = colours_in(picture(writer), place.right() + 4, place.top(), place.right() + 160, place.bottom())

    assert colours.ghost.upper() in found
    assert colours.ink.upper() not in found
    assert colours.page.upper() in found


def test_changing_theme_or_size_repaints_the_ghost_that_is_on_screen(qtbot: QtBot) -> None:
    writer = Writer(qtbot, "It was")
    writer.offer(" mmmmmmmm" * 3)

    writer.editor.set_theme(theme.DARK)
    writer.editor.set_zoom(150)

    place = writer.editor.cursorRect()
    found = colours_in(picture(writer), place.right() + 4, place.top(), place.right() + 160, place.bottom())
    assert theme.DARK.ghost.upper() in found
    assert writer.ghost == " mmmmmmmm" * 3


def test_a_ghost_in_an_empty_paragraph_between_others(qtbot: QtBot) -> None:
    writer = Writer(qtbot, "one\n\nthree", at=4)
    top = writer.editor.cursorRect(_end(writer)).top()

    writer.offer(GHOST + GHOST)

    assert "".join(lines(writer, 1)) == GHOST + GHOST
    assert writer.editor.cursorRect(_end(writer)).top() > top
    writer.press(KEY.Key_Tab)
    assert writer.text == f"one\n{GHOST}{GHOST}\nthree"


def test_a_ghost_in_an_empty_document(qtbot: QtBot) -> None:
    writer = Writer(qtbot)

    writer.offer("Once upon")
    shown = lines(writer)
    writer.press(KEY.Key_Tab)

    assert shown == ["Once upon"]
    assert writer.text == "Once upon"


def test_a_ghost_of_several_paragraphs_is_shown_on_lines_of_its_own(qtbot: QtBot) -> None:
    writer = Writer(qtbot, "He left")

    writer.offer(".\n\nThe sea")

    assert [line.strip("\u2028") for line in lines(writer)] == ["He left.", "", "The sea"]


def test_highlighting_stays_right_before_inside_and_after_the_ghost(qtbot: QtBot) -> None:
    text = "plain *sloping words* and **bold** end"
    writer = Writer(qtbot, text, at=text.index("words"))

    writer.offer("xx ")

    assert styles(writer) == [
        ("plain ", ""),
        ("*sloping ", "italic"),
        ("xx ", "italic ghost"),
        ("words*", "italic"),
        (" and ", ""),
        ("**bold**", "bold"),
        (" end", ""),
    ]
    writer.type("xx")
    assert ("*sloping xx", "italic") in styles(writer)
    assert ("**bold**", "bold") in styles(writer)


def test_highlighting_again_keeps_the_ghost(qtbot: QtBot) -> None:
    text = "plain *sloping words* and **bold** end"
    writer = Writer(qtbot, text, at=text.index("words"))
    writer.offer("xx ")
    before = styles(writer)

    writer.editor.highlighter.rehighlight()

    assert styles(writer) == before
    writer.press(KEY.Key_Escape)
    assert ("*sloping words*", "italic") in styles(writer)


def test_a_ghost_in_a_heading_is_as_large_as_the_heading(qtbot: QtBot) -> None:
    writer = Writer(qtbot, "# Chapter")

    writer.offer(" Two")

    formats = writer.editor.document().begin().layout().formats()
    sizes = {span.start: span.format.fontPointSize() for span in formats}
    assert sizes[len("# Chapter")] == sizes[0] > writer.editor.font().pointSizeF()


def test_in_a_paragraph_from_right_to_left_the_ghost_goes_on_to_the_left(qtbot: QtBot) -> None:
    writer = Writer(qtbot, "שלום עולם")

    writer.offer(" טוב מאוד")

    place, image = writer.editor.cursorRect(), picture(writer)
    left = colours_in(image, place.left() - 60, place.top(), place.left() - 2, place.bottom())
    right = colours_in(image, place.left() + 4, place.top(), place.left() + 60, place.bottom())
    assert theme.LIGHT.ghost.upper() in left
    assert theme.LIGHT.ghost.upper() not in right
    assert theme.LIGHT.ink.upper() in right
    writer.press(KEY.Key_Tab)
    assert writer.text == "שלום עולם טוב מאוד"


def test_scroll_bar_knows_of_the_lines_a_ghost_adds(qtbot: QtBot) -> None:
    writer = Writer(qtbot, "\n".join(["line"] * 60))
    before = writer.editor.verticalScrollBar().maximum()

    writer.offer(GHOST * 3)

    assert writer.editor.verticalScrollBar().maximum() > before
    writer.press(KEY.Key_Escape)
    assert writer.editor.verticalScrollBar().maximum() == before


def _end(writer: Writer) -> QTextCursor:
    cursor = QTextCursor(writer.editor.document())
    cursor.movePosition(QTextCursor.MoveOperation.End)
    return cursor


def styles(writer: Writer) -> list[tuple[str, str]]:
    """The first paragraph as it is painted, in stretches of one style."""
    block = writer.editor.document().begin()
    layout = block.layout()
    at, ghost = layout.preeditAreaPosition(), layout.preeditAreaText()
    shown = block.text()[:at] + ghost + block.text()[at:] if ghost else block.text()
    found: list[tuple[str, str]] = []
    for place, character in enumerate(shown):
        style: list[str] = []
        foreground = None
        for span in layout.formats():
            if span.start <= place < span.start + span.length:
                if span.format.fontItalic():
                    style.append("italic")
                if span.format.fontWeight() > 600:
                    style.append("bold")
                foreground = (
                    span.format.foreground().color()
                    if span.format.hasProperty(QTextFormat.Property.ForegroundBrush)
                    else foreground
                )
        if foreground == QColor(theme.LIGHT.ghost):
            style.append("ghost")
        name = " ".join(dict.fromkeys(style))
        if found and found[-1][1] == name:
            found[-1] = (found[-1][0] + character, name)
        else:
            found.append((character, name))
    return found
