"""Carrying origins over to a text that was edited elsewhere: what is the same keeps its origin, the rest is imported.

Between the first and the last change, words are matched, not letters, and two in a row at least: otherwise the letters
and the common words of a new sentence would be taken for old ones. Large differences are first cut at the words that
occur once in both texts (patience diff), because difflib alone is quadratic.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, NamedTuple

from writer_app.documents.runs import Kind, Origin, Origins, Run

if TYPE_CHECKING:
    from collections.abc import Sequence

IMPORTED = Origin(Kind.IMPORTED)
_WORD = re.compile(r"[^\W\u2e80-\U0010ffff]+\s*|\s+|.", re.DOTALL)  # Chinese and Japanese character by character
_SMALL = 250_000  # words of one text times words of the other: what difflib does in a tenth of a second
_LEAST = 2  # words: a shorter match between two changes is taken for chance


class Match(NamedTuple):
    """`length` items that are the same at `old` and at `new`."""

    old: int
    new: int
    length: int


def matched(origins: Origins, old: str, new: str) -> Origins:
    """Return origins for `new`, given those of `old`."""
    runs: list[Run] = []
    done = 0
    for match in _matching_characters(old, new):
        runs.append(Run(match.new - done, IMPORTED))
        runs.extend(origins.slice(match.old, match.old + match.length).runs)
        done = match.new + match.length
    runs.append(Run(len(new) - done, IMPORTED))
    return Origins.from_runs(runs)


def _matching_characters(old: str, new: str) -> list[Match]:
    """Return what `old` and `new` have in common, in order, as stretches of characters."""
    head = _common_prefix(old, new)
    tail = _common_prefix(old[head:][::-1], new[head:][::-1])
    old_words = _WORD.findall(old[head : len(old) - tail])
    new_words = _WORD.findall(new[head : len(new) - tail])
    old_starts, new_starts = _starts(old_words, head), _starts(new_words, head)
    matches = [Match(0, 0, head)]
    for words in _joined(_matching_words(old_words, new_words)):
        if words.length < _LEAST:
            continue
        length = old_starts[words.old + words.length] - old_starts[words.old]
        matches.append(Match(old_starts[words.old], new_starts[words.new], length))
    matches.append(Match(len(old) - tail, len(new) - tail, tail))
    return matches


def _matching_words(old: Sequence[str], new: Sequence[str]) -> list[Match]:
    if len(old) * len(new) <= _SMALL:
        blocks = SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks()
        return [Match(*block) for block in blocks if block.size]
    anchors = _anchors(old, new)
    matches: list[Match] = []
    old_done = new_done = 0
    for anchor in [*anchors, Match(len(old), len(new), 0)]:
        between = old[old_done : anchor.old], new[new_done : anchor.new]
        # With no anchor to cut at, two large stretches have too little in common to be worth the time.
        if anchors and all(between):
            matches += [Match(m.old + old_done, m.new + new_done, m.length) for m in _matching_words(*between)]
        matches.append(anchor)
        old_done, new_done = anchor.old + anchor.length, anchor.new + anchor.length
    return matches


def _joined(matches: Sequence[Match]) -> list[Match]:
    """Make one of matches that follow each other without a gap in both texts."""
    joined: list[Match] = []
    for match in matches:
        if joined and (joined[-1].old + joined[-1].length, joined[-1].new + joined[-1].length) == match[:2]:
            joined[-1] = joined[-1]._replace(length=joined[-1].length + match.length)
        elif match.length:
            joined.append(match)
    return joined


def _anchors(old: Sequence[str], new: Sequence[str]) -> list[Match]:
    """Return the words that occur once in each text and come in the same order, the longest such row of them."""
    once_old = {word for word, count in Counter(old).items() if count == 1}
    once = {word for word, count in Counter(new).items() if count == 1} & once_old
    place = {word: i for i, word in enumerate(new) if word in once}
    pairs = [(i, place[word]) for i, word in enumerate(old) if word in once]
    ends: list[int] = []  # the least last place of a rising row, by its length
    rows: list[int] = []  # which pair that is
    before: list[int] = []  # the pair before each pair in its row, or -1
    for index, (_, position) in enumerate(pairs):
        length = bisect_left(ends, position)
        before.append(rows[length - 1] if length else -1)
        ends[length : length + 1] = [position]
        rows[length : length + 1] = [index]
    row: list[Match] = []
    index = rows[-1] if rows else -1
    while index >= 0:
        row.append(Match(*pairs[index], 1))
        index = before[index]
    return row[::-1]


def _starts(words: Sequence[str], offset: int) -> list[int]:
    """Return where each word begins, and where the last one ends."""
    starts = [offset]
    for word in words:
        starts.append(starts[-1] + len(word))
    return starts


def _common_prefix(a: str, b: str) -> int:
    """Return how many characters two texts begin with in common, by halving: comparing slices is fast."""
    low, high = 0, min(len(a), len(b))
    while low < high:
        middle = (low + high + 1) // 2
        if a[low:middle] == b[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low
