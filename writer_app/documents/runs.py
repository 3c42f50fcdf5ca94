"""Who wrote what: every character of a draft belongs to a run (length, origin). Plain values, no files, no Qt.

Lengths and positions count Unicode code points. `Origins` is immutable: `replace` and `slice` return another one.
`matching` carries origins over to a text that was edited elsewhere; `origins` keeps them on disk.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

Detail = tuple[str, str | int | float]


class Kind(StrEnum):
    """How a stretch of text came into the draft."""

    TYPED = "typed"
    SUGGESTED = "suggested"
    EDITED = "edited"  # suggested, then changed by the writer
    PASTED = "pasted"
    IMPORTED = "imported"  # opened from a file that says nothing about it


@dataclass(frozen=True)
class Origin:
    """Where a stretch comes from. For a suggestion, `details` name its id, model, temperature, seed, time and text."""

    kind: Kind
    details: tuple[Detail, ...] = ()

    def detail(self, name: str) -> str | int | float | None:
        """Return one of the details, None if it is not told."""
        return dict(self.details).get(name)


@dataclass(frozen=True)
class Run:
    """`length` code points (1 or more) of one origin."""

    length: int
    origin: Origin


@dataclass(frozen=True)
class Origins:
    """The runs of a whole text, in order; neighbours differ, none is empty. Make one with `from_runs` or `uniform`."""

    runs: tuple[Run, ...] = ()

    @staticmethod
    def from_runs(runs: Iterable[Run]) -> Origins:
        """Join neighbours of one origin and drop empty runs. Raises ValueError for a negative length."""
        joined: list[Run] = []
        for run in runs:
            if run.length < 0:
                raise ValueError(f"a run has length {run.length}")
            if run.length == 0:
                continue
            if joined and joined[-1].origin == run.origin:
                joined[-1] = Run(joined[-1].length + run.length, run.origin)
            else:
                joined.append(run)
        return Origins(tuple(joined))

    @staticmethod
    def uniform(length: int, origin: Origin) -> Origins:
        """Return `length` code points of one origin."""
        return Origins.from_runs([Run(length, origin)])

    @cached_property
    def _ends(self) -> tuple[int, ...]:
        return tuple(accumulate(run.length for run in self.runs))

    @property
    def length(self) -> int:
        """How many code points are described."""
        return self._ends[-1] if self._ends else 0

    def at(self, position: int) -> Origin:
        """Return the origin of the character at `position`. Raises IndexError outside the text."""
        if not 0 <= position < self.length:
            raise IndexError(f"position {position} in {self.length} characters")
        return self.runs[bisect_right(self._ends, position)].origin

    def slice(self, start: int, end: int) -> Origins:
        """Return the origins of [start, end). Raises IndexError if that is not inside the text."""
        if not 0 <= start <= end <= self.length:
            raise IndexError(f"[{start}, {end}) in {self.length} characters")
        if start == end:
            return Origins()
        first, last = bisect_right(self._ends, start), bisect_right(self._ends, end - 1)
        runs = list(self.runs[first : last + 1])
        runs[-1] = Run(runs[-1].length - (self._ends[last] - end), runs[-1].origin)
        before = self._ends[first] - self.runs[first].length
        runs[0] = Run(runs[0].length - (start - before), runs[0].origin)
        return Origins(tuple(runs))

    def replace(self, position: int, removed: int, runs: Iterable[Run]) -> Origins:
        """Return the origins after `removed` characters at `position` gave way to `runs`. Raises IndexError."""
        kept_after = self.slice(position + removed, self.length)
        kept_before = self.slice(0, position)
        return Origins.from_runs((*kept_before.runs, *runs, *kept_after.runs))

    def shares(self) -> dict[Kind, int]:
        """Return how many characters each kind has; every kind is named."""
        counts = dict.fromkeys(Kind, 0)
        for run in self.runs:
            counts[run.origin.kind] += run.length
        return counts
