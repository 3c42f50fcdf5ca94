"""Markdown made visible: headings larger, emphasis sloping or bold, marks and scene breaks quiet. The text stays as it is.

A paragraph is looked at by itself. Where it is longer than `LONGEST_BLOCK` only its beginning is, so that typing in it
stays quick.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from PySide6.QtGui import QColor, QFont, QSyntaxHighlighter, QTextCharFormat, QTextDocument

from writer_app.ui.theme import LIGHT, ThemeColours

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST_BLOCK = 20_000  # characters
_HEADING = re.compile(r"(#{1,6})[ \t]+\S")
_SCENE_BREAK = re.compile(r"[ \t]*(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,}|#|⁂)[ \t]*$")
_EMPHASIS = re.compile(
    r"(?<![\\*])(?P<stars>\*{1,3})(?![\s*])(?P<starred>[^\n]{1,2000}?)(?<![\s\\])(?P=stars)(?!\*)"
    r"|(?<![\w\\])(?P<lines>_{1,3})(?![\s_])(?P<lined>[^\n]{1,2000}?)(?<![\s\\])(?P=lines)(?!\w)"
)
_SIZES = {1: 1.6, 2: 1.35, 3: 1.15}  # times the text's size: these need no weight; deeper headings are only bold
_MARKS = ("*", "_", "#", "-", "⁂")


class MarkdownHighlighter(QSyntaxHighlighter):
    """Highlights the document it is given."""

    def __init__(self, document: QTextDocument, colours: ThemeColours = LIGHT) -> None:
        super().__init__(document)
        self._quiet = QColor(colours.quiet)

    def set_colours(self, colours: ThemeColours) -> None:
        """Highlight all again in a theme's colours, and in the sizes that go with the document's font."""
        self._quiet = QColor(colours.quiet)
        self.rehighlight()

    def highlightBlock(self, text: str) -> None:
        if not text or not any(mark in text for mark in _MARKS):
            return
        text = text[:LONGEST_BLOCK]
        if not text.isascii():
            text = re.sub("[\U00010000-\U0010ffff]", "\u25a1\u25a1", text)  # Qt counts UTF-16 units
        if _SCENE_BREAK.match(text):
            self._apply(0, len(text), self._style(quiet=True))
            return
        heading = _HEADING.match(text)
        level = len(heading[1]) if heading else 0
        if heading:
            self._apply(0, len(text), self._style(level))
            self._apply(0, level, self._style(level, quiet=True))
        self._emphasise(text, 0, len(text), self._style(level), level)

    def _emphasise(self, text: str, start: int, end: int, base: QTextCharFormat, level: int) -> None:
        for outer, inner, strength in _emphases(text, start, end):
            style = QTextCharFormat(base)
            if strength != 2:
                style.setFontItalic(True)
            if strength >= 2:
                style.setFontWeight(QFont.Weight.Bold)
            mark = QTextCharFormat(style)
            mark.setForeground(self._quiet)
            self._apply(outer[0], outer[1], mark)
            self._apply(inner[0], inner[1], style)
            self._emphasise(text, inner[0], inner[1], style, level)

    def _style(self, level: int = 0, *, quiet: bool = False) -> QTextCharFormat:
        style = QTextCharFormat()
        if level:
            style.setFontWeight(QFont.Weight.Medium if level in _SIZES else QFont.Weight.Bold)
            style.setFontPointSize(self.document().defaultFont().pointSizeF() * _SIZES.get(level, 1.0))
        if quiet:
            style.setForeground(self._quiet)
        return style

    def _apply(self, start: int, end: int, style: QTextCharFormat) -> None:
        self.setFormat(start, end - start, style)


def _emphases(text: str, start: int, end: int) -> Iterator[tuple[tuple[int, int], tuple[int, int], int]]:
    """Spans of emphasis in [start, end): with their marks, without them, and the number of marks."""
    for match in _EMPHASIS.finditer(text, start, end):
        name = "starred" if match["stars"] else "lined"
        yield match.span(), match.span(name), match.start(name) - match.start()
