"""The search for spellings against all of them, tried one by one."""

import math
from collections.abc import Iterator

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from writer_app.lm import spelling
from writer_app.lm.spelling import Spelling, Vocabulary, spellings

PIECES = [
    b"",
    b"a",
    b"b",
    b"c",
    b"a",
    b"ab",
    b"ba",
    b"aba",
    b"bb",
    b"bab",
    b"abc",
    b" a",
]  # "a" twice, as byte and letter


class RandomModel:
    """Log-probabilities that depend on all of the path; counts its steps."""

    def __init__(self, seed: int, pieces: int = len(PIECES)) -> None:
        self.seed, self.pieces, self.steps = seed, pieces, 0

    def __call__(self, path: tuple[int, ...]) -> torch.Tensor:
        self.steps += 1
        row = np.random.default_rng((self.seed, *path)).standard_normal(self.pieces) * 1.5
        return torch.from_numpy(row).log_softmax(-1)


def all_spellings(typed: bytes, model: RandomModel) -> Iterator[Spelling]:
    """Every path whose last token is the first to cover `typed`."""

    def grow(path: tuple[int, ...], spelt: bytes, log_probability: float) -> Iterator[Spelling]:
        row = model(path)
        for token, piece in enumerate(PIECES):
            text, total = spelt + piece, log_probability + float(row[token])
            if not piece:
                continue
            if text.startswith(typed):
                yield Spelling((*path, token), total)
            elif typed.startswith(text):
                yield from grow((*path, token), text, total)

    return grow((), b"", 0.0)


@given(typed=st.text("ab", max_size=5), seed=st.integers(0, 50), count=st.integers(1, 6))
@settings(deadline=None, max_examples=150)
def test_the_likeliest_spellings_are_found_best_first(typed: str, seed: int, count: int) -> None:
    model = RandomModel(seed)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(spelling, "MOST_STEPS", 10**6)
        patch.setattr(spelling, "WORTH", 1e-300)
        found = spellings(typed.encode(), Vocabulary(PIECES), PIECES.__getitem__, model, count)

    expected = sorted(all_spellings(typed.encode(), model), key=lambda one: -one.log_probability)[:count]
    assert [one.tokens for one in found.likeliest] == [one.tokens for one in expected]
    assert [one.log_probability for one in found.likeliest] == pytest.approx([one.log_probability for one in expected])


@given(typed=st.text("ab", max_size=5), seed=st.integers(0, 50))
@settings(deadline=None, max_examples=50)
def test_the_mass_is_that_of_all_spellings_when_none_is_left_out(typed: str, seed: int) -> None:
    model = RandomModel(seed)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(spelling, "MOST_STEPS", 10**6)
        patch.setattr(spelling, "WORTH", 1e-300)
        found = spellings(typed.encode(), Vocabulary(PIECES), PIECES.__getitem__, model, 10**4)

    mass = math.fsum(math.exp(one.log_probability) for one in all_spellings(typed.encode(), model))
    assert found.log_mass == pytest.approx(math.log(mass))


@given(typed=st.text("ab", min_size=1, max_size=20), seed=st.integers(0, 50))
@settings(deadline=None, max_examples=100)
def test_few_steps_are_enough_to_find_one(typed: str, seed: int) -> None:
    model = RandomModel(seed)

    found = spellings(typed.encode(), Vocabulary(PIECES), PIECES.__getitem__, model, 3)

    first = found.likeliest[0]
    assert b"".join(PIECES[token] for token in first.tokens).startswith(typed.encode())
    assert model.steps <= spelling.MOST_STEPS + len(typed)
    assert first.log_probability <= found.log_mass + 1e-9


def test_a_word_of_vanishing_probability_is_spelt_all_the_same() -> None:
    pieces = [bytes([byte]) for byte in range(256)]

    def unlikely(path: tuple[int, ...]) -> torch.Tensor:
        row = torch.full((256,), -60.0)
        row[0] = 0.0
        return row

    found = spellings("🧑‍🚀🧑‍🚀".encode(), Vocabulary(pieces), pieces.__getitem__, unlikely, 1)

    assert b"".join(pieces[token] for token in found.likeliest[0].tokens) == "🧑‍🚀🧑‍🚀".encode()
    assert found.log_mass == pytest.approx(-60.0 * 22)


@given(st.lists(st.binary(max_size=4), max_size=20), st.binary(max_size=4))
@settings(deadline=None)
def test_the_vocabulary_knows_what_starts_with_a_prefix_and_what_a_text_starts_with(
    pieces: list[bytes], text: bytes
) -> None:
    vocabulary = Vocabulary(pieces)

    assert sorted(vocabulary.starting_with(text)) == [
        token for token, piece in enumerate(pieces) if piece and piece.startswith(text)
    ]
    assert sorted(vocabulary.proper_prefixes_of(text)) == [
        token for token, piece in enumerate(pieces) if piece and text.startswith(piece) and len(piece) < len(text)
    ]


@pytest.mark.parametrize("prefix", [b"\xff", b"a\xff", b"\xff\xff", b""])
def test_bytes_of_255_are_a_prefix_like_any_other(prefix: bytes) -> None:
    pieces = [b"a", b"a\xff", b"a\xff\xff", b"b", b"\xff", b"\xff\xff\x01", b"\xfe"]

    found = Vocabulary(pieces).starting_with(prefix)

    assert sorted(found) == [token for token, piece in enumerate(pieces) if piece.startswith(prefix)]
