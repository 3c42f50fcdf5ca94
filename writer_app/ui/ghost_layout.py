"""Lays the ghost into a paragraph: the way an input method's preedit is laid out, so that the text flows around it.

`QTextLayout.setPreeditArea` puts text into the layout that is not in the document: no undo step, no signal, nothing to
copy or save. The highlighter's formats count positions of the layout, so they are moved apart where the ghost stands,
and together again when it goes. Qt takes every preedit for an input method's: the ghost has to be gone before a mouse
click or an input method event reaches the text (`editor` sees to that).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QColor, QTextCharFormat, QTextCursor, QTextFormat, QTextLayout

from writer_app.ui.origin_formats import units

if TYPE_CHECKING:
    from PySide6.QtCore import QPointF
    from PySide6.QtGui import QTextBlock, QTextDocument

LONGEST_BLOCK = 20_000  # UTF-16 units; laying out a paragraph takes 0.4 ms for each thousand
_MARK = QTextFormat.Property.UserProperty.value + 2  # on the ghost's own format
_LINE_BREAK = "\u2028"  # what a layout shows as a new line inside a block


class GhostLayout:
    """Shows one ghost at a time in a document's layout."""

    def __init__(self, document: QTextDocument) -> None:
        self._document = document
        self._colour = QColor("grey")
        self._place: QTextCursor | None = None  # a cursor follows its text; a QTextBlock may outlive it

    @property
    def is_shown(self) -> bool:
        """Whether a ghost is laid out now."""
        return self._place is not None

    def set_colour(self, colour: QColor) -> None:
        """Paint ghosts in this colour from the next one on."""
        self._colour = colour

    def lay(self, cursor: QTextCursor, text: str) -> bool:
        """Show `text` after the cursor, in place of any ghost there was; say whether the paragraph is short enough."""
        self.lift()
        block = cursor.block()
        if block.length() > LONGEST_BLOCK:
            return False
        layout, column = block.layout(), cursor.positionInBlock()
        shown = text.replace("\n", _LINE_BREAK)
        length = units(shown)
        formats = layout.formats()
        ghost = QTextLayout.FormatRange()
        ghost.start, ghost.length, ghost.format = column, length, self._ghost_format(formats, column)
        layout.setPreeditArea(column, shown)
        layout.setFormats([*_with_gap(formats, column, length), ghost])
        self._place = QTextCursor(cursor)
        self._lay_out_again(block)
        return True

    def lift(self) -> None:
        """Take the ghost away; the paragraph is laid out as if it had never been there."""
        if self._place is None:
            return
        block, self._place = self._place.block(), None
        self._clear(block)
        self._lay_out_again(block)

    def lift_after_change(self, position: int, added: int) -> None:
        """Take the ghost away while somebody else's change of the text is being announced.

        The change may have split or joined the ghost's block, so all that was touched is looked through. Qt lays these
        blocks out as soon as the announcement is over.
        """
        if self._place is None:
            return
        self._clear(self._place.block())
        self._place = None
        block = self._document.findBlock(position)
        while block.isValid() and block.position() <= position + added:
            self._clear(block)
            block = block.next()

    def _clear(self, block: QTextBlock) -> None:
        layout = block.layout()
        if not layout.preeditAreaText():
            return
        formats = _without_ghost(layout.formats())
        layout.setPreeditArea(-1, "")
        layout.setFormats(formats)

    def _lay_out_again(self, block: QTextBlock) -> None:
        # One position: Qt reads it as one removed and one added, and with none it would begin at the block before.
        self._document.markContentsDirty(block.position(), 1)
        # Qt lays out when it paints; the scroll bar should know of more or fewer lines at once.
        self._document.documentLayout().blockBoundingRect(block)

    def _ghost_format(self, formats: list[QTextLayout.FormatRange], column: int) -> QTextCharFormat:
        """The ghost's colour on the face of what it continues: bigger in a heading, sloping in emphasis."""
        made = QTextCharFormat()
        for span in formats:
            if span.start < column <= span.start + span.length:
                made.merge(span.format)
        made.setForeground(self._colour)
        made.setProperty(_MARK, 1)
        return made


def column_at(layout: QTextLayout, point: QPointF) -> int:
    """Which position of a paragraph, its ghost counted in, is nearest to a point within it. It has to be laid out."""
    line = layout.lineAt(0)
    for number in range(1, layout.lineCount()):
        if layout.lineAt(number).y() <= point.y():
            line = layout.lineAt(number)
    return line.xToCursor(point.x())


def _with_gap(formats: list[QTextLayout.FormatRange], at: int, length: int) -> list[QTextLayout.FormatRange]:
    """Move formats apart: what reaches over `at` grows, what begins at or after it moves on."""
    return [
        _span(
            span.start + (length if span.start >= at else 0),
            span.length + (length if span.start < at < span.start + span.length else 0),
            span.format,
        )
        for span in formats
    ]


def _without_ghost(formats: list[QTextLayout.FormatRange]) -> list[QTextLayout.FormatRange]:
    """Undo `_with_gap`, and leave out the ghost's own format."""
    ghost = next((span for span in formats if span.format.hasProperty(_MARK)), None)
    if ghost is None:
        return formats
    at, end = ghost.start, ghost.start + ghost.length
    kept = []
    for span in formats:
        if span.format.hasProperty(_MARK):
            continue
        start, stop = (
            place if place <= at else max(at, place - (end - at)) for place in (span.start, span.start + span.length)
        )
        if stop > start:
            kept.append(_span(start, stop - start, span.format))
    return kept


def _span(start: int, length: int, made: QTextCharFormat) -> QTextLayout.FormatRange:
    span = QTextLayout.FormatRange()
    span.start, span.length, span.format = start, length, made
    return span
