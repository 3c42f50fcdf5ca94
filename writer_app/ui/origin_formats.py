"""Who wrote what, kept in the text itself: each origin is a property of Qt's character formats.

So Qt's own undo and redo bring origins back exactly. A format carries only a number; the origins themselves are listed
here. Lengths that leave this module count code points, as `documents.runs` does, while Qt counts UTF-16 units.
"""

from __future__ import annotations

from dataclasses import dataclass
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
_STEP = QTextFormat.Property.UserProperty.value + 3  # Qt joins what is typed into one undo step while the format stays


@dataclass(frozen=True, slots=True)
class _Piece:
    """A stretch of a block: the number of its origin, its length in code points, and its text if that is asked for."""

    number: int
    length: int
    text: str


class OriginFormats:
    """Numbers the origins that occur in one document, gives formats for them and reads them back.

    What was read is kept for each block until the block changes: the journal reads every second, a novel has thousands
    of paragraphs, and the writer changes one of them.
    """

    def __init__(self, document: QTextDocument) -> None:
        self._document = document
        self._origins: list[Origin] = []
        self._numbers: dict[Origin, int] = {}
        self._blocks: list[tuple[_Piece, ...] | None] = []  # None: to be read again
        self.forget()
        document.contentsChange.connect(self._follow)

    def forget(self) -> None:
        """Begin anew, before another text is loaded."""
        self._origins, self._numbers = [TYPED], {TYPED: _TYPED_NUMBER}
        self._blocks = [None] * self._document.blockCount()

    def format_of(self, origin: Origin) -> QTextCharFormat:
        """The character format that text of this origin is inserted with."""
        number = self._numbers.setdefault(origin, len(self._origins))
        if number == len(self._origins):
            self._origins.append(origin)
        made = QTextCharFormat()
        if number != _TYPED_NUMBER:
            made.setProperty(_PROPERTY, number)
        return made

    def typed_format(self, *, odd: bool) -> QTextCharFormat:
        """The format of typed text; what is typed in the odd one and in the other are undone apart."""
        made = self.format_of(TYPED)
        if odd:
            made.setProperty(_STEP, 1)
        return made

    def origins(self) -> Origins:
        """Who wrote what in the whole document. Suggestions of which something was changed come out as edited."""
        lengths: list[list[int]] = []  # [number, length], neighbours of one origin joined
        joined: dict[int, list[str]] = {}
        for piece in self._pieces():
            if lengths and lengths[-1][0] == piece.number:
                lengths[-1][1] += piece.length
            else:
                lengths.append([piece.number, piece.length])
            if piece.text:
                joined.setdefault(piece.number, []).append(piece.text)
        edited = {number for number, parts in joined.items() if self._is_changed(number, "".join(parts))}
        return Origins.from_runs(
            Run(length, _edited(self._origins[number]) if number in edited else self._origins[number])
            for number, length in lengths
        )

    def selected(self, cursor: QTextCursor) -> list[tuple[str, Origin]]:
        """The selected text in pieces of one origin, as they are recorded."""
        start, end = cursor.selectionStart(), cursor.selectionEnd()
        block = self._document.findBlock(start)
        found = []
        while block.isValid() and block.position() <= end:
            for place, number, text in _fragments(block):
                first, last = max(start - place, 0), min(end - place, units(text))
                if first < last:
                    found.append((cut(text, first, last), self._origins[number]))
            block = block.next()
        return found

    def _pieces(self) -> Iterator[_Piece]:
        block = self._document.begin()
        following = 0  # the number of `block`
        for number, known in enumerate(self._blocks):
            pieces = known
            if pieces is None:
                block = block.next() if following == number - 1 else self._document.findBlockByNumber(number)
                following = number
                pieces = self._blocks[number] = tuple(self._piece(*found[1:]) for found in _fragments(block))
            yield from pieces

    def _piece(self, number: int, text: str) -> _Piece:
        suggested = self._origins[number].kind is Kind.SUGGESTED
        return _Piece(number, len(text), text if suggested else "")

    def _is_changed(self, number: int, text: str) -> bool:
        accepted = self._origins[number].detail("text")
        return accepted is not None and accepted != text

    def _follow(self, position: int, _removed: int, added: int) -> None:
        """Have the blocks read again that a change has touched."""
        count = self._document.blockCount()
        first = self._document.findBlock(position).blockNumber()
        last = self._document.findBlock(min(position + added, self._document.characterCount() - 1)).blockNumber()
        self._blocks[first : last + 1 - (count - len(self._blocks))] = [None] * (last + 1 - first)
        if len(self._blocks) != count:
            self._blocks = [None] * count


def _edited(origin: Origin) -> Origin:
    return Origin(Kind.EDITED, origin.details)


def _fragments(block: QTextBlock) -> Iterator[tuple[int, int, str]]:
    """The pieces of one format in a block and of the break before it: position, number of the origin, text."""
    if block.position() > 0:  # the break before a block has that block's format
        yield block.position() - 1, block.charFormat().intProperty(_PROPERTY), "\n"
    for iterator in cast("Iterable[QTextBlock.iterator]", block):
        fragment = iterator.fragment()
        yield fragment.position(), fragment.charFormat().intProperty(_PROPERTY), fragment.text()


def cut(text: str, start: int, end: int) -> str:
    """Slice by UTF-16 units, as Qt counts."""
    if text.isascii():
        return text[start:end]
    units = text.encode("utf-16-le", "surrogatepass")
    return units[2 * start : 2 * end].decode("utf-16-le", "surrogatepass")


def units(text: str) -> int:
    """How many UTF-16 units a text has: what Qt calls its length."""
    return len(text) if text.isascii() else len(text) + sum(character > "\uffff" for character in text)
