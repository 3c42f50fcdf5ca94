"""A session answers as a network that has never seen another text would, and reads little to do so."""

from dataclasses import replace

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.lm.networks import QWEN3, drawn, lstm, tokens, transformer
from writer_app.lm import session as session_module
from writer_app.lm.recurrent import Recurrent
from writer_app.lm.session import DecodingSession
from writer_app.lm.transformer import Transformer

SMALL = replace(QWEN3, max_position_embeddings=32)
NETWORKS = {"transformer": transformer(SMALL), "lstm": lstm()}
EDITS = st.lists(
    st.tuples(st.integers(0, 60), st.lists(st.integers(0, 60), max_size=25), st.booleans()), min_size=1, max_size=8
)


class Counting:
    """Passes on to a network; `fed` is how many tokens it has been given."""

    def __init__(self, network: Transformer | Recurrent) -> None:
        self._network = network
        self.fed = 0
        self.fails = False

    def __getattr__(self, name: str) -> object:
        return getattr(self._network, name)

    def hidden(self, tokens: torch.Tensor, state: object) -> torch.Tensor:
        if self.fails:
            raise RuntimeError
        self.fed += tokens.size(1)
        return self._network.hidden(tokens, state)  # type: ignore[arg-type]


def fresh_logits(network: Transformer | Recurrent, tokens: list[int]) -> torch.Tensor:
    with torch.no_grad():
        return network(torch.tensor([tokens]))[0][0, -1]


@pytest.mark.parametrize("kind", NETWORKS)
@given(edits=EDITS)
@settings(deadline=None, max_examples=30)
def test_whatever_was_edited_the_answer_is_that_of_a_fresh_network(
    kind: str, edits: list[tuple[int, list[int], bool]]
) -> None:
    network = NETWORKS[kind]
    session, text = DecodingSession(network), [1]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(session_module, "RECURRENT_LEAST", 24)
        patch.setattr(session_module, "RECURRENT_STRIDE", 16)
        for position, added, is_suggestion in edits:
            start = session.window_start(len(text))
            if is_suggestion:
                asked = [*text, *added]
                start = session.window_start(len(text), len(added))
            else:
                at = position % len(text) + 1
                text = [*text[:at], *added, *(text[at:] if position % 2 else [])]
                asked, start = text, session.window_start(len(text))

            answer = session.logits(asked, start)

            assert torch.allclose(answer, fresh_logits(network, asked[start:]), atol=2e-4)


@pytest.mark.parametrize("kind", NETWORKS)
def test_typing_on_feeds_one_token_and_going_back_none(kind: str) -> None:
    network = Counting(NETWORKS[kind])
    session = DecodingSession(network)  # type: ignore[arg-type]
    session.logits([1, 2, 3, 4, 5])
    assert network.fed == 5

    session.logits([1, 2, 3, 4, 5, 6])
    session.logits([1, 2, 3, 4, 5, 6, 7])
    assert network.fed == 7

    session.logits([1, 2, 3, 4, 5])
    session.logits([1, 2, 3, 4, 5, 6])
    assert network.fed == 7

    session.logits([1, 2, 3, 9])
    assert network.fed == 8 if kind == "transformer" else network.fed <= 12


@pytest.mark.parametrize("context", [32, 96, 256])
def test_the_window_moves_seldom_and_never_leaves_the_context(context: int) -> None:
    session = DecodingSession(drawn(Transformer(replace(QWEN3, max_position_embeddings=context))))

    starts = [session.window_start(length) for length in range(1, 2000)]

    assert len(set(starts)) <= 2000 / (context // 4) + 2
    assert starts == sorted(starts)
    for length, start in enumerate(starts, 1):
        behind = min(session_module.HEADROOM, context // 2)
        assert 1 <= length - start <= context - behind
        assert start == 0 or length - start > context // 8


def test_a_long_suggestion_moves_the_window_rather_than_overrun_the_context() -> None:
    session = DecodingSession(NETWORKS["transformer"])
    text = [1] * 40

    for behind in range(200):
        start = session.window_start(len(text), behind)
        session.logits([*text, *[2] * behind], start)


def test_a_recurrent_window_is_long_and_moves_in_long_steps() -> None:
    session = DecodingSession(NETWORKS["lstm"])

    starts = [session.window_start(length) for length in range(1, 6000)]

    assert set(starts) == {0, 1024, 2048, 3072, 4096, 5120}
    assert all(length - start >= 512 for length, start in enumerate(starts, 1) if start)


def test_after_a_failure_the_session_answers_rightly() -> None:
    network = Counting(NETWORKS["transformer"])
    session = DecodingSession(network)  # type: ignore[arg-type]
    session.logits([1, 2, 3, 4, 5, 6])
    network.fails = True
    with pytest.raises(RuntimeError):
        session.logits([1, 2, 9])

    network.fails = False
    answer = session.logits([1, 2, 3, 4, 7])

    assert torch.allclose(answer, fresh_logits(NETWORKS["transformer"], [1, 2, 3, 4, 7]), atol=1e-4)


def test_reading_a_long_text_can_be_given_up_and_gone_on_with() -> None:
    network = lstm()
    text = tokens(200).tolist()
    session, calls = DecodingSession(network), []

    def give_up_after_two_portions() -> None:
        calls.append(1)
        if len(calls) > 2:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        session.logits(text, between=give_up_after_two_portions)
    portions: list[int] = []
    logits = session.logits(text, between=lambda: portions.append(1))

    assert len(portions) == 2  # the first two of four had been read
    assert torch.allclose(logits, DecodingSession(network).logits(text), atol=1e-5)
