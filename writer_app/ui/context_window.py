"""The text around the cursor that a suggestion is asked for: read from the blocks near it, never from all of the text.

The window is sticky. Its start stays where it is while the writer goes on, so that a decoding session can keep what it
has read; only when the text before the cursor grows too long does the start jump forward, to the start of a block.
"""

from __future__ import annotations

from PySide6.QtGui import QTextCursor, QTextDocument

MOST_BEFORE = 12_000  # UTF-16 units; a jump leaves about AFTER_JUMP of them
AFTER_JUMP = 6_000
LEAST_BEFORE = 1_500  # with less than this, although there is more, the window is opened again
MOST_AFTER = 1_000
_LONGEST_WORD = 100


class ContextWindow:
    """Reads the text before and after a position of one document."""

    def __init__(self, document: QTextDocument) -> None:
        self._document = document
        self._anchor: int | None = None
        document.contentsChange.connect(self._follow)

    def before(self, position: int) -> str:
        """The text from the window's start to `position`."""
        anchor = self._anchor
        length = -1 if anchor is None else position - anchor
        if anchor is None or length < 0 or length > MOST_BEFORE or (length < LEAST_BEFORE and anchor > 0):
            anchor = self._anchor = self._new_anchor(position)
        return self._text(anchor, position)

    def after(self, position: int) -> str:
        """The text that follows `position`, as far as a model takes it in."""
        return self._text(position, min(position + MOST_AFTER, self._document.characterCount() - 1))

    def _new_anchor(self, position: int) -> int:
        wanted = max(position - AFTER_JUMP, 0)
        start = self._document.findBlock(wanted).position()
        if position - start <= MOST_BEFORE:
            return start
        cursor = QTextCursor(self._document)  # one paragraph longer than the window: begin at a word
        cursor.setPosition(wanted)
        cursor.movePosition(QTextCursor.MoveOperation.NextWord)
        if cursor.position() > wanted + _LONGEST_WORD:
            cursor.setPosition(wanted)
            cursor.movePosition(QTextCursor.MoveOperation.NextCharacter)
        return min(cursor.position(), position)

    def _text(self, start: int, end: int) -> str:
        cursor = QTextCursor(self._document)
        cursor.setPosition(start)
        cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        return cursor.selectedText().replace("\u2029", "\n")

    def _follow(self, position: int, removed: int, added: int) -> None:
        """Keep the start at the same text when something before it changes."""
        if self._anchor is None or position >= self._anchor:
            return
        self._anchor = None if position + removed > self._anchor else self._anchor + added - removed
