"""Mid-word completion: decode under the constraint that the text spells what has been typed.

The typed part of a word is not tokenised on its own: "unbeliev" would be split where no training text splits it. Instead
decoding starts at the last word boundary, and only tokens that agree with the typed bytes may follow.
"""

import heapq
import math
from bisect import bisect_left, bisect_right
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

MOST_STEPS = 6  # model steps to look for spellings in
WORTH = 0.02  # of the best spelling's probability: paths below it are not followed


@dataclass(frozen=True)
class Spelling:
    """Tokens that spell the typed bytes, the last of which may go beyond them; log-probability of them all."""

    tokens: tuple[int, ...]
    log_probability: float


class Vocabulary:
    """The pieces in the order of their bytes, so that those with a given prefix lie side by side (a trie, flattened)."""

    def __init__(self, pieces: list[bytes]) -> None:
        usable = sorted((piece, token) for token, piece in enumerate(pieces) if piece)
        self._pieces = [piece for piece, _ in usable]
        self._tokens = [token for _, token in usable]

    def starting_with(self, prefix: bytes) -> list[int]:
        """Tokens whose piece starts with `prefix`; an empty prefix gives all."""
        end = prefix.rstrip(b"\xff")
        stop = bisect_left(self._pieces, end[:-1] + bytes([end[-1] + 1])) if end else len(self._pieces)
        return self._tokens[bisect_left(self._pieces, prefix) : stop]

    def proper_prefixes_of(self, text: bytes) -> list[int]:
        """Tokens whose piece is shorter than `text` and starts it."""
        found = []
        for length in range(1, len(text)):
            start, stop = (side(self._pieces, text[:length]) for side in (bisect_left, bisect_right))
            found += self._tokens[start:stop]  # a letter may be a piece and a byte as well
        return found


@dataclass(frozen=True)
class Spellings:
    """What was found: the likeliest spellings, best first, and the log-probability of all that was seen to spell it."""

    likeliest: list[Spelling]
    log_mass: float


def spellings(
    typed: bytes,
    vocabulary: Vocabulary,
    piece: Callable[[int], bytes],
    log_probabilities: Callable[[tuple[int, ...]], Tensor],
    count: int,
) -> Spellings:
    """The `count` likeliest token sequences that spell `typed` and may go beyond it.

    log_probabilities(path) gives (V,) after the boundary and `path`. Best-first search: a path's probability only falls
    as it grows, so the first to cover the typed bytes is the likeliest of all. Paths that could add less than WORTH of
    the best are left; after MOST_STEPS model steps it goes on only with the path that has spelt most. At least one is
    found, since single bytes spell anything.
    """
    queue: list[tuple[float, tuple[int, ...], int]] = [(0.0, (), 0)]  # (minus log-probability, path, bytes spelt)
    found: list[Spelling] = []
    masses: list[float] = []  # log-probabilities
    steps = 0
    while queue and len(found) < count:
        cost, path, spelt = heapq.heappop(queue)
        if spelt >= len(typed) and path:
            found.append(Spelling(path, -cost))
            continue
        if found and -cost < found[0].log_probability + math.log(WORTH):
            continue
        if steps >= MOST_STEPS:
            if found:
                continue
            cost, path, spelt = max([*queue, (cost, path, spelt)], key=lambda entry: (entry[2], -entry[0]))
            queue = []
            if spelt >= len(typed):
                found.append(Spelling(path, -cost))
                break
        steps += 1
        row = log_probabilities(path)
        rest = typed[spelt:]
        covering = vocabulary.starting_with(rest)
        if covering:
            values = row[covering]
            masses.append(float(values.logsumexp(0)) - cost)
            best = values.topk(min(count, len(covering)))
            for value, at in zip(best.values.tolist(), best.indices.tolist(), strict=True):
                heapq.heappush(queue, (cost - value, (*path, covering[at]), len(typed)))
        for token in vocabulary.proper_prefixes_of(rest):
            heapq.heappush(queue, (cost - float(row[token]), (*path, token), spelt + len(piece(token))))
    return Spellings(found, float(torch.tensor(masses, dtype=torch.float64).logsumexp(0)))
