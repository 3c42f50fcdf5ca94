"""Keeps the line that the writer looks at where it is while the page gets another width or face.

Qt counts every paragraph as one line after such a change, until it is laid out again. Its scroll bar, which counts
lines, is cut down to that; the view would jump, to the very end at worst.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PySide6.QtGui import QTextBlock
    from PySide6.QtWidgets import QPlainTextEdit


class SteadyView:
    """Holds one editor's view."""

    def __init__(self, edit: QPlainTextEdit) -> None:
        self._edit = edit
        self._holding = False

    @contextmanager
    def hold(self) -> Iterator[None]:
        """Show the same line at the same height afterwards: the cursor's if it is on screen, else the topmost."""
        if self._holding or not self._edit.isVisible():
            yield
            return
        position, height = self._anchor()
        self._holding = True
        try:
            yield
        finally:
            self._holding = False
        self._show(position, height)

    def _anchor(self) -> tuple[int, int]:
        place = self._edit.cursorRect()
        if self._edit.viewport().rect().intersects(place):
            return self._edit.textCursor().position(), place.top()
        top = self._edit.cursorForPosition(QPoint(0, 0))
        return top.position(), self._edit.cursorRect(top).top()

    def _show(self, position: int, height: float) -> None:
        """Scroll so that the line of a position stands as far below the top as it did, to the nearest line."""
        block = self._edit.document().findBlock(position)
        number = self._laid_out(block).layout().lineForTextPosition(position - block.position()).lineNumber()
        while height > 0 and (number > 0 or block.previous().isValid()):
            if number == 0:
                block = self._laid_out(block.previous())
                number = max(block.layout().lineCount(), 1)
            number -= 1
            line = block.layout().lineAt(number)
            taken = line.height() if line.isValid() else self._edit.fontMetrics().lineSpacing()
            if height < taken / 2:
                number += 1
                break
            height -= taken
        layout = self._edit.document().documentLayout()
        layout.documentSizeChanged.emit(layout.documentSize())  # the scroll bar learns of the lines just laid out
        self._edit.verticalScrollBar().setValue(block.firstLineNumber() + number)

    def _laid_out(self, block: QTextBlock) -> QTextBlock:
        self._edit.document().documentLayout().blockBoundingRect(block)
        return block
