"""Lays out the paragraphs that have not been on screen yet, a little at a time while nothing else is to be done.

QPlainTextEdit counts a paragraph that it has not laid out as one line. Scrolling into such a place jumps by paragraphs
instead of lines, and the scroll bar's handle lies.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

if TYPE_CHECKING:
    from PySide6.QtWidgets import QPlainTextEdit

_SLICE = 0.003  # seconds at a stretch: no key press waits longer than that


class LayoutAhead(QObject):
    """Works through one editor's document, from its start, each time `begin` is called."""

    def __init__(self, edit: QPlainTextEdit) -> None:
        super().__init__(edit)
        self._document = edit.document()
        self._block = 0  # the number of the next one to look at
        self._idle = QTimer(self)
        self._idle.setInterval(0)
        self._idle.timeout.connect(self._work)

    @property
    def is_done(self) -> bool:
        """Whether all is laid out."""
        return not self._idle.isActive()

    def begin(self) -> None:
        """Begin again: another text, another width or another face."""
        self._block = 0
        self._idle.start()

    def _work(self) -> None:
        until = time.perf_counter() + _SLICE
        layout = self._document.documentLayout()
        block = self._document.findBlockByNumber(self._block)
        layout.blockSignals(True)  # one word to the scroll bar for all of them
        while block.isValid() and time.perf_counter() < until:
            if not block.layout().lineCount():
                layout.blockBoundingRect(block)
            block = block.next()
            self._block += 1
        layout.blockSignals(False)
        layout.documentSizeChanged.emit(layout.documentSize())
        if not block.isValid():
            self._idle.stop()
