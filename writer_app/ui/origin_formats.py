"""Who wrote what, kept in the text itself: each origin is a property of Qt's character formats.

So Qt's own undo and redo bring origins back exactly. A format carries only a number; the origins themselves are listed
here. Lengths that leave this module count code points, as `documents.runs` does, while Qt counts UTF-16 units.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtGui import QTextBlock, QTextCharFormat, QTextFormat

from writer_app.documents.runs import Kind, Origin, Origins, Run

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from PySide6.QtGui import QTextCursor, QTextDocument

TYPED = Origin(Kind.TYPED)
PASTED = Origin(Kind.PASTED)
_PROPERTY = QTextFormat.Property.UserProperty.value + 1
_TYPED_NUMBER = 0  # what a format without the property means


class OriginFormats:
    """Numbers the origins that occur in one document, gives formats for them and reads them back."""

    def __init__(self) -> None:
        self._origins: list[Origin] = [TYPED]
        self._numbers: dict[Origin, int] = {TYPED: _TYPED_NUMBER}

    def format_of(self, origin: Origin) -> QTextCharFormat:
        """The character format that text of this origin is inserted with."""
        number = self._numbers.setdefault(origin, len(self._origins))
        if number == len(self._origins):
            self._origins.append(origin)
        made = QTextCharFormat()
        if number != _TYPED_NUMBER:
            made.setProperty(_PROPERTY, number)
        return made

    def origins(self, document: QTextDocument) -> Origins:
        """Who wrote what in the whole document. Suggestions of which something was changed come out as edited."""
        pieces = list(_pieces(document.begin(), 0, document.characterCount() - 1))
        joined: dict[int, list[str]] = {}
        for number, text in pieces:
            if self._origins[number].kind is Kind.SUGGESTED:
                joined.setdefault(number, []).append(text)
        edited = {number for number, parts in joined.items() if self._is_changed(number, "".join(parts))}
        return Origins.from_runs(
            Run(len(text), _edited(self._origins[number]) if number in edited else self._origins[number])
            for number, text in pieces
        )

    def selected(self, cursor: QTextCursor) -> list[tuple[str, Origin]]:
        """The selected text in pieces of one origin, as they are recorded."""
        start, end = cursor.selectionStart(), cursor.selectionEnd()
        block = cursor.document().findBlock(start)
        return [(text, self._origins[number]) for number, text in _pieces(block, start, end)]

    def _is_changed(self, number: int, text: str) -> bool:
        accepted = self._origins[number].detail("text")
        return accepted is not None and accepted != text


def _edited(origin: Origin) -> Origin:
    return Origin(Kind.EDITED, origin.details)


def _pieces(block: QTextBlock, start: int, end: int) -> Iterator[tuple[int, str]]:
    """The text of [start, end) as (number of the origin, text), from the block that holds `start` on."""
    while block.isValid() and block.position() < end:
        for iterator in cast("Iterable[QTextBlock.iterator]", block):
            fragment = iterator.fragment()
            first = fragment.position()
            last = first + fragment.length()
            if last > start and first < end:
                text = fragment.text()
                if first < start or last > end:
                    text = cut(text, max(start - first, 0), min(end, last) - first)
                yield fragment.charFormat().intProperty(_PROPERTY), text
        block = block.next()
        if block.isValid() and start < block.position() <= end:  # the break before a block has that block's format
            yield block.charFormat().intProperty(_PROPERTY), "\n"


def cut(text: str, start: int, end: int) -> str:
    """Slice by UTF-16 units, as Qt counts."""
    if text.isascii():
        return text[start:end]
    units = text.encode("utf-16-le", "surrogatepass")
    return units[2 * start : 2 * end].decode("utf-16-le", "surrogatepass")


def units(text: str) -> int:
    """How many UTF-16 units a text has: what Qt calls its length."""
    return len(text) + sum(character > "\uffff" for character in text)
