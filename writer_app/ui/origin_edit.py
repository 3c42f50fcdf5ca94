"""A page whose every character knows who wrote it: the insertions, the clipboard, loading and reading back.

Typed text, pasted text and loaded text each get their origin where they enter the document; nothing is worked out
afterwards. `editor` adds the suggestions.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QInputMethodEvent, QKeyEvent, QTextCharFormat, QTextCursor

from writer_app.documents.runs import Kind, Origin
from writer_app.ui.origin_formats import PASTED, TYPED, OriginFormats, units
from writer_app.ui.page import PageEdit

if TYPE_CHECKING:
    from collections.abc import Iterable

    from PySide6.QtWidgets import QWidget

    from writer_app.documents.runs import Origins

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_SENTENCE_ENDS = tuple(".!?…")
_SENTENCE_CLOSERS = "\"'”’»)*_"
_PARAGRAPH = "\u2029"  # what Qt puts between blocks


class OriginEdit(PageEdit):
    """A page that records origins. Use `text()`, not `toPlainText()`, which turns no-break spaces into spaces."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._formats = OriginFormats(self.document())
        self._odd_sentence = False
        self._copied: list[tuple[str, Origin]] = []  # what was copied or dragged last, to keep its origins in a move

    # --- the text and where it comes from

    def text(self) -> str:
        """The whole draft, exactly: no-break spaces and line separators included. Not for use at each key press."""
        return self.document().toRawText().replace(_PARAGRAPH, "\n")

    def origins(self) -> Origins:
        """Who wrote what, for each code point of `text()`."""
        return self._formats.origins()

    def load(self, text: str, origins: Origins) -> None:
        """Show another draft: nothing to undo, not modified, cursor at the start.

        Raises ValueError if the origins are not those of a text as long as this one.
        """
        if origins.length != len(text):
            raise ValueError(f"origins describe {origins.length:,} characters, the text has {len(text):,}")
        document = self.document()
        document.setUndoRedoEnabled(False)
        document.clear()
        self._formats.forget()
        self._copied = []
        cursor = QTextCursor(document)
        cursor.beginEditBlock()
        start = 0
        for run in origins.runs:
            cursor.insertText(text[start : start + run.length], self._formats.format_of(run.origin))
            start += run.length
        cursor.endEditBlock()
        document.setUndoRedoEnabled(True)
        document.setModified(False)
        self.setTextCursor(QTextCursor(document))
        self.layout_ahead.begin()

    def insert_with_origin(self, text: str, origin: Origin) -> None:
        """Insert at the cursor, in place of the selection; one undo step of its own."""
        cursor = self.textCursor()
        cursor.beginEditBlock()
        cursor.insertText(text, self._formats.format_of(origin))
        cursor.endEditBlock()
        self.setTextCursor(cursor)
        self.ensureCursorVisible()

    def replace_ranges(self, ranges: Iterable[tuple[int, int, str]]) -> None:
        """Write other words over stretches (start, end, words) that do not overlap: typed, and one undo step for all.

        Positions are Qt's, of the text as it is before.
        """
        cursor = QTextCursor(self.document())
        cursor.beginEditBlock()
        for start, end, words in sorted(ranges, reverse=True):
            cursor.setPosition(start)
            cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
            cursor.insertText(words, self._formats.format_of(TYPED))
        cursor.endEditBlock()

    def cursor_offset(self) -> int:
        """Where the cursor stands in `text()`, in code points."""
        cursor = self.textCursor()
        position = cursor.position()
        cursor.setPosition(0)
        cursor.setPosition(position, QTextCursor.MoveMode.KeepAnchor)
        return len(cursor.selectedText())

    def set_cursor_offset(self, offset: int) -> None:
        """Put the cursor there, or at the end of a shorter text."""
        cursor = self.textCursor()
        cursor.setPosition(min(units(self.text()[:offset]), self.document().characterCount() - 1))
        self.setTextCursor(cursor)

    # --- Qt: what is typed

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.isReadOnly() or not self.inserts(event):
            super().keyPressEvent(event)
        elif event.key() in _ENTER or self.textCursor().hasSelection():
            # Qt would insert in the format of what is replaced, and for Shift+Enter no paragraph but a line separator.
            cursor = self.textCursor()
            cursor.insertText("\n" if event.key() in _ENTER else event.text(), self._formats.format_of(TYPED))
            self.setTextCursor(cursor)
            self.ensureCursorVisible()
            event.accept()
        else:
            self.setCurrentCharFormat(self._typing_format(event.text()))  # else it goes on in that of the text before
            super().keyPressEvent(event)

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        if not self.isReadOnly() and (event.commitString() or event.preeditString() or event.replacementLength()):
            self.textCursor().removeSelectedText()
            self.setCurrentCharFormat(self._typing_format(event.commitString()))
        super().inputMethodEvent(event)

    def inserts(self, event: QKeyEvent) -> bool:
        """Whether Qt puts text into the document for this key."""
        control = Qt.KeyboardModifier.ControlModifier
        if event.modifiers() in (control, control | Qt.KeyboardModifier.ShiftModifier):
            return False  # Ctrl+Alt is AltGr, which types
        if event.key() in _ENTER:
            return True
        text = event.text()
        return bool(text) and (text == "\t" or text.isprintable()) and event.key() != Qt.Key.Key_Backtab

    def _typing_format(self, text: str) -> QTextCharFormat:
        """The format to type in: another one for each sentence, so that undo takes back one and not the paragraph."""
        position, character_at = self.textCursor().position(), self.document().characterAt
        before = "".join(character_at(place) for place in range(max(position - 3, 0), position))
        if text == " " and before.rstrip(_SENTENCE_CLOSERS)[-1:] in _SENTENCE_ENDS:
            self._odd_sentence = not self._odd_sentence
        return self._formats.typed_format(odd=self._odd_sentence)

    # --- Qt: the clipboard, drag and drop

    def createMimeDataFromSelection(self) -> QMimeData:
        self._copied = self._formats.selected(self.textCursor())
        data = QMimeData()
        data.setText("".join(text for text, _ in self._copied))
        return data

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        return source.hasText() and not source.hasUrls()  # files are the window's: it opens them

    def insertFromMimeData(self, source: QMimeData) -> None:
        text = source.text()
        if not text or self.isReadOnly():
            return
        if text == "".join(piece for piece, _ in self._copied):
            pieces = [(piece, _moved(origin)) for piece, origin in self._copied]
        else:
            pieces = [(text, PASTED)]
        cursor = self.textCursor()
        cursor.beginEditBlock()
        cursor.removeSelectedText()
        for piece, origin in pieces:
            cursor.insertText(piece, self._formats.format_of(origin))
        cursor.endEditBlock()
        self.setTextCursor(cursor)
        self.ensureCursorVisible()


def _moved(origin: Origin) -> Origin:
    """The origin of a copy. A suggestion gets an id of its own: it is complete or edited apart from what was copied."""
    if origin.kind is not Kind.SUGGESTED:
        return origin
    return Origin(
        origin.kind, tuple((name, uuid.uuid4().hex if name == "id" else value) for name, value in origin.details)
    )
