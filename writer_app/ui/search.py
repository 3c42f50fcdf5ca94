"""What is looked for, and where it is. No widgets: `find_bar` is the widget.

The expressions are Qt's, not Python's: they count as the document does, in UTF-16 units, and give up on an expression
that would never come to an end.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import QRegularExpression

if TYPE_CHECKING:
    from collections.abc import Iterator

_ESCAPES = {"n": "\n", "t": "\t", "\\": "\\"}
_ESCAPE = re.compile(r"\\(\d{1,2}|[nt\\])")


@dataclass(frozen=True)
class Match:
    """A place where it was found: Qt positions, and the groups if it was an expression (0 is all of it)."""

    start: int
    end: int
    groups: tuple[str, ...]


@dataclass(frozen=True)
class Search:
    """What to look for, and how."""

    wanted: str
    match_case: bool = False
    whole_words: bool = False
    regular_expression: bool = False

    @property
    def error(self) -> str:
        """What is wrong with the expression, in Qt's words with the place; "" if nothing is."""
        if not self.regular_expression:
            return ""
        alone = QRegularExpression(self.wanted)  # without what is put around it, the place is right
        return "" if alone.isValid() else f"{alone.errorString()}, at character {alone.patternErrorOffset() + 1}"

    def matches(self, text: str) -> Iterator[Match]:
        """All that is found in a text, in order; empty finds (as of "x*") are left out."""
        if not self.wanted or self.error:
            return
        found = self._expression.globalMatch(text)
        while found.hasNext():
            match = found.next()
            if match.capturedLength():
                groups = tuple(match.capturedTexts()) if self.regular_expression else ()
                yield Match(match.capturedStart(), match.capturedEnd(), groups)

    def replacement(self, match: Match, words: str) -> str:
        r"""What to write over a match: `words`, in which, for an expression, \1 stands for its first group."""
        if not self.regular_expression:
            return words

        def escaped(escape: re.Match[str]) -> str:
            name = escape[1]
            if not name.isdigit():
                return _ESCAPES[name]
            return match.groups[int(name)] if int(name) < len(match.groups) else ""

        return _ESCAPE.sub(escaped, words)

    @cached_property
    def _expression(self) -> QRegularExpression:
        pattern = self.wanted if self.regular_expression else re.escape(self.wanted)
        if self.whole_words:
            pattern = rf"(?<!\w)(?:{pattern})(?!\w)"
        option = QRegularExpression.PatternOption
        options = option.UseUnicodePropertiesOption | option.MultilineOption
        if not self.match_case:
            options |= option.CaseInsensitiveOption
        return QRegularExpression(pattern, options)
