"""What is drawn from, exactly: filters against their definitions on plain lists of numbers."""

import math

import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from writer_app.lm.sampling import Sampler, keep_min_p, keep_nucleus, keep_top_k, penalised

DISTRIBUTIONS = st.lists(st.integers(1, 1000), min_size=1, max_size=12, unique=True).map(
    lambda weights: [weight / sum(weights) for weight in weights]
)


def logits_of(probabilities: list[float], offset: float = 0.0) -> torch.Tensor:
    return torch.tensor(probabilities, dtype=torch.float64).log() + offset


def kept(logits: torch.Tensor) -> set[int]:
    return set(torch.isfinite(logits).nonzero().flatten().tolist())


def probabilities(logits: torch.Tensor) -> list[float]:
    return [round(value, 6) for value in logits.softmax(-1).tolist()]


@given(DISTRIBUTIONS, st.floats(0.001, 0.999), st.floats(-50, 50))
@settings(deadline=None)
def test_top_p_keeps_the_smallest_set_that_reaches_p(distribution: list[float], p: float, offset: float) -> None:
    ranked = sorted(range(len(distribution)), key=lambda token: -distribution[token])
    assume(all(abs(sum(distribution[token] for token in ranked[:n]) - p) > 1e-9 for n in range(len(ranked))))
    reached, wanted = 0.0, set()
    for token in ranked:
        if reached >= p:
            break
        wanted.add(token)
        reached += distribution[token]

    assert kept(keep_nucleus(logits_of(distribution, offset), p)) == wanted


@given(DISTRIBUTIONS, st.floats(0.001, 1.0), st.floats(-50, 50))
@settings(deadline=None)
def test_min_p_keeps_what_is_at_least_that_share_of_the_likeliest(
    distribution: list[float], p: float, offset: float
) -> None:
    assume(all(abs(q / max(distribution) - p) > 1e-9 for q in distribution))
    wanted = {token for token, q in enumerate(distribution) if q >= p * max(distribution)}

    assert kept(keep_min_p(logits_of(distribution, offset), p)) == wanted


@given(DISTRIBUTIONS, st.integers(1, 15))
@settings(deadline=None)
def test_top_k_keeps_the_k_likeliest(distribution: list[float], k: int) -> None:
    ranked = sorted(range(len(distribution)), key=lambda token: -distribution[token])

    assert kept(keep_top_k(logits_of(distribution), k)) == set(ranked[:k])


def test_top_k_keeps_just_k_of_equals() -> None:
    assert len(kept(keep_top_k(torch.zeros(9), 4))) == 4


def test_filters_that_are_off_change_nothing() -> None:
    logits = logits_of([0.5, 0.3, 0.2])

    for same in (keep_top_k(logits, 0), keep_nucleus(logits, 1.0), keep_min_p(logits, 0.0)):
        assert torch.equal(same, logits)
    assert torch.equal(penalised(logits, torch.tensor([0, 1]), 1.0), logits)
    assert torch.equal(penalised(logits, torch.tensor([], dtype=torch.int64), 1.5), logits)


@pytest.mark.parametrize(
    ("sampler", "expected"),
    [
        (Sampler(), [0.5, 0.25, 0.125, 0.125]),
        (Sampler(temperature=0.5), [0.727273, 0.181818, 0.045455, 0.045455]),
        (Sampler(temperature=2.0, top_k=2), [0.585786, 0.414214, 0.0, 0.0]),
        (Sampler(top_p=0.7), [0.666667, 0.333333, 0.0, 0.0]),
        (Sampler(min_p=0.45), [0.666667, 0.333333, 0.0, 0.0]),
        (Sampler(top_p=0.0001), [1.0, 0.0, 0.0, 0.0]),
        # after top-k the shares are 4/7, 2/7, 1/7: 0.8 of them takes two
        (Sampler(top_k=3, top_p=0.8), [0.666667, 0.333333, 0.0, 0.0]),
        # halved temperature squares the ratios: 1, 1/4, 1/16, 1/16
        (Sampler(temperature=0.5, min_p=0.2), [0.8, 0.2, 0.0, 0.0]),
    ],
    ids=str,
)
def test_what_is_drawn_from_is_known_exactly(sampler: Sampler, expected: list[float]) -> None:
    assert probabilities(sampler.filtered(logits_of([0.5, 0.25, 0.125, 0.125], offset=7.0))) == expected


@given(DISTRIBUTIONS, st.floats(-50, 50))
@settings(deadline=None)
def test_the_penalty_raises_the_probability_of_what_was_seen_to_its_power(
    distribution: list[float], offset: float
) -> None:
    seen = torch.tensor([0])

    after = penalised(logits_of(distribution, offset), seen, 1.5)

    weights = [distribution[0] ** 1.5, *distribution[1:]]
    assert after.softmax(-1).tolist() == pytest.approx([weight / sum(weights) for weight in weights])


def test_draws_come_as_often_as_they_should() -> None:
    generator = torch.Generator().manual_seed(1)
    sampler, logits, count = Sampler(temperature=1.0, top_k=3), logits_of([0.1, 0.2, 0.3, 0.4]), 9000

    drawn = [sampler.choose(logits, generator) for _ in range(count)]

    for token, share in enumerate([0, 2 / 9, 3 / 9, 4 / 9]):
        within = 4 * math.sqrt(count * share * (1 - share))
        assert drawn.count(token) == pytest.approx(count * share, abs=within)


def test_draws_are_the_same_for_the_same_seed_and_others_for_another() -> None:
    logits = torch.zeros(1000)

    def draws(seed: int) -> list[int]:
        generator = torch.Generator().manual_seed(seed)
        return [Sampler().choose(logits, generator) for _ in range(10)]

    assert draws(5) == draws(5)
    assert draws(5) != draws(6)


def test_temperature_zero_takes_the_first_of_the_likeliest_and_draws_nothing() -> None:
    generator = torch.Generator().manual_seed(1)
    before = generator.get_state()

    chosen = Sampler(temperature=0.0, top_k=2, min_p=0.5).choose(torch.tensor([1.0, 3.0, 3.0, 2.0]), generator)

    assert chosen == 1
    assert torch.equal(generator.get_state(), before)


def test_what_has_been_ruled_out_is_never_drawn() -> None:
    logits = torch.tensor([-math.inf, 0.0, -math.inf, 0.0])
    generator = torch.Generator().manual_seed(1)

    drawn = {Sampler(temperature=5.0, top_p=0.99).choose(logits, generator) for _ in range(200)}

    assert drawn == {1, 3}
