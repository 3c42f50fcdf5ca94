"""How many words a text has: a pure count, and a counter that follows a document without reading it all again."""

import re

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QTextDocument

# Letters and digits held together by apostrophes and hyphens are one word; so is each character of Chinese and Japanese.
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]|[^\W_]+(?:['’‑-][^\W_]+)*")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")


def count_words(text: str) -> int:
    """Count the words of a text; Markdown's marks are none."""
    if _CJK.search(text):
        text = _CJK.sub(" 一 ", text)
    return len(_WORD.findall(text))


class WordCounter(QObject):
    """Keeps the number of words of a document, counting again only the blocks that an edit touched."""

    changed = Signal(int)

    def __init__(self, document: QTextDocument, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._counts: list[int] = []
        self.words = 0
        document.contentsChange.connect(self._follow)
        self._follow(0, 0, document.characterCount())

    def _follow(self, position: int, _removed: int, added: int) -> None:
        """Bring the counts up to date after an edit."""
        document = self._document
        first = document.findBlock(position).blockNumber()
        last_block = document.findBlock(position + added)
        last = last_block.blockNumber() if last_block.isValid() else document.blockCount() - 1
        old_last = last + len(self._counts) - document.blockCount()

        fresh = []
        block = document.findBlockByNumber(max(first, 0))
        while block.isValid() and block.blockNumber() <= last:
            fresh.append(count_words(block.text()))
            block = block.next()
        self.words += sum(fresh) - sum(self._counts[max(first, 0) : old_last + 1])
        self._counts[max(first, 0) : old_last + 1] = fresh
        self.changed.emit(self.words)
