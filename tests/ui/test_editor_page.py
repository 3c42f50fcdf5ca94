"""The page: as wide as a line should be long, centred, in the theme's colours, larger and smaller."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QWheelEvent
from PySide6.QtWidgets import QApplication

from tests.fakes_ui import KEY, Writer
from writer_app.ui import theme

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

PROSE = (
    "The tide had gone out in the night and had not come back. Where the harbour should have been there was a plain of "
    "wet sand, ribbed and shining, with the boats lying over on it like sleeping cattle, and nobody on the quay said "
    "anything about it that morning, because there was not much that could be said of it. "
) * 3


def longest_lines(writer: Writer) -> list[int]:
    block = writer.editor.document().begin()
    writer.editor.blockBoundingRect(block)
    layout = block.layout()
    return [layout.lineAt(number).textLength() for number in range(layout.lineCount() - 1)]


@pytest.mark.parametrize("characters", [64, 68, 72])
def test_a_line_holds_about_as_many_characters_as_are_wanted(qtbot: QtBot, characters: int) -> None:
    writer = Writer(qtbot, PROSE)
    writer.editor.resize(1200, 700)

    writer.editor.set_characters_per_line(characters)

    lengths = longest_lines(writer)
    assert max(lengths) <= characters + 6
    assert sum(lengths) / len(lengths) >= characters - 8


@pytest.mark.parametrize("lines", [1, 200])
def test_the_sheet_is_centred_with_and_without_a_scroll_bar(qtbot: QtBot, lines: int) -> None:
    writer = Writer(qtbot, "line\n" * lines)
    writer.editor.resize(1200, 700)
    qtbot.waitUntil(lambda: writer.editor.width() == 1200)

    sheet = writer.editor.viewport().geometry()

    assert abs(sheet.left() - (1200 - sheet.right() - 1)) <= 1
    assert sheet.top() >= 20


@pytest.mark.parametrize("width", [260, 420, 640, 1600])
def test_all_text_is_inside_the_window_at_any_width(qtbot: QtBot, width: int) -> None:
    writer = Writer(qtbot, PROSE)
    writer.editor.resize(width, 500)
    qtbot.waitUntil(lambda: writer.editor.width() == width)
    block = writer.editor.document().begin()
    left = writer.editor.blockBoundingGeometry(block).left() + writer.editor.viewport().x()
    layout = block.layout()

    rightmost = max(layout.lineAt(n).naturalTextRect().right() for n in range(layout.lineCount()))
    leftmost = min(layout.lineAt(n).naturalTextRect().left() for n in range(layout.lineCount()))

    assert left + leftmost >= 8
    assert left + rightmost <= width - 8


def test_resizing_is_neither_an_undo_step_nor_a_change(qtbot: QtBot) -> None:
    writer = Writer(qtbot, PROSE)

    for width in (300, 900, 500):
        writer.editor.resize(width, 400)
        writer.editor.set_zoom(width // 5)

    assert writer.undo_steps == 0
    assert not writer.editor.document().isModified()


@pytest.mark.parametrize("colours", [theme.LIGHT, theme.DARK, theme.SEPIA])
def test_page_ground_and_rim_have_the_themes_colours_at_once(qtbot: QtBot, colours: theme.ThemeColours) -> None:
    writer = Writer(qtbot, "")
    writer.editor.resize(1200, 700)
    theme.apply(QApplication.instance(), theme.LIGHT)
    writer.editor.set_theme(colours)

    image = writer.editor.grab().toImage()
    sheet = writer.editor.viewport().geometry()

    assert image.pixelColor(4, 300) == QColor(colours.ground)
    assert image.pixelColor(sheet.left() + 20, 300) == QColor(colours.page)
    assert image.pixelColor(sheet.left() - 2, 300) == QColor(colours.page)
    assert image.pixelColor(sheet.left() - 4, 300) == QColor(colours.hairline)


def test_zoom_changes_the_size_and_tells_so(qtbot: QtBot) -> None:
    writer = Writer(qtbot, "# Heading\ntext")
    sizes = [writer.editor.font().pointSizeF()]
    told: list[int] = []
    writer.editor.zoom_changed.connect(told.append)

    for change in (writer.editor.zoom_in, writer.editor.zoom_in, writer.editor.zoom_out, writer.editor.zoom_reset):
        change()
        sizes.append(writer.editor.font().pointSizeF())

    assert told == [110, 125, 110, 100]
    assert sizes[0] < sizes[1] < sizes[2]
    assert sizes[3] == sizes[1]
    assert sizes[4] == sizes[0]


def test_headings_grow_with_the_text(qtbot: QtBot) -> None:
    writer = Writer(qtbot, "# Heading\ntext")

    writer.editor.set_zoom(200)

    formats = writer.editor.document().begin().layout().formats()
    assert formats[0].format.fontPointSize() > writer.editor.font().pointSizeF()


@pytest.mark.parametrize(("turn", "zoom"), [(120, 110), (-120, 90)])
def test_the_wheel_zooms_with_control_held(qtbot: QtBot, turn: int, zoom: int) -> None:
    writer = Writer(qtbot, "text")
    place = QPointF(100, 100)
    event = QWheelEvent(
        place,
        place,
        QPoint(),
        QPoint(0, turn),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.ControlModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )

    QApplication.sendEvent(writer.editor.viewport(), event)

    assert writer.editor.zoom == zoom


def test_a_face_that_is_not_installed_gives_way_to_one_that_is(qtbot: QtBot) -> None:
    writer = Writer(qtbot, "text")

    writer.editor.set_text_font("No Such Face", 15)

    assert writer.editor.font().family() in theme.TEXT_FAMILIES
    assert writer.editor.font().pointSizeF() == 15
    assert QFontMetricsF(writer.editor.font()).height() > 15


def test_the_last_line_can_be_scrolled_up_from_the_bottom_edge(qtbot: QtBot) -> None:
    writer = Writer(qtbot, "\n".join(["line"] * 100))
    writer.editor.resize(700, 400)

    writer.press(KEY.Key_End, Qt.KeyboardModifier.ControlModifier)
    bar = writer.editor.verticalScrollBar()
    bar.setValue(bar.maximum())

    assert writer.editor.cursorRect().bottom() < writer.editor.viewport().height() * 0.75


def test_scrolling_into_paragraphs_not_seen_yet_goes_by_lines(qtbot: QtBot) -> None:
    writer = Writer(qtbot, "\n".join([PROSE] * 60))
    editor = writer.editor
    qtbot.waitUntil(lambda: editor.layout_ahead.is_done)
    writer.press(KEY.Key_End, Qt.KeyboardModifier.ControlModifier)
    bar, top = editor.verticalScrollBar(), editor.cursorRect().top()
    line = editor.cursorRect().height()

    bar.setValue(bar.value() - 7)

    assert abs(editor.cursorRect().top() - top - 7 * line) <= 2
    assert editor.document().lineCount() > 5 * editor.blockCount()


def test_after_another_width_all_is_laid_out_again(qtbot: QtBot) -> None:
    writer = Writer(qtbot, "\n".join([PROSE] * 60))
    editor = writer.editor
    qtbot.waitUntil(lambda: editor.layout_ahead.is_done)
    before = editor.document().lineCount()

    editor.resize(400, 500)
    qtbot.waitUntil(lambda: editor.document().lineCount() > before)
    qtbot.waitUntil(lambda: editor.layout_ahead.is_done)

    block = editor.document().begin()
    while block.isValid():
        assert block.lineCount() == block.layout().lineCount()
        block = block.next()
