"""Tiny networks with fixed weights write the same words as on the day they were made."""

import math
import random
import string
from dataclasses import replace

import torch

from tests.lm.networks import LSTM, QWEN3, drawn
from writer_app.lm.recurrent import Recurrent
from writer_app.lm.session import DecodingSession
from writer_app.lm.transformer import Transformer

LETTERS = string.ascii_lowercase + " .,'"


def written(network: Transformer | Recurrent, length: int = 48) -> str:
    """Drawn letter by letter with luck of Python's own (Gumbel's trick), which is the same everywhere."""
    session, tokens, luck = DecodingSession(network), [0], random.Random(1)
    for _ in range(length):
        noise = torch.tensor([-math.log(-math.log(luck.random())) for _ in LETTERS])
        scores = session.logits(tokens) + noise
        best = scores.topk(2)
        assert best.values[0] - best.values[1] > 1e-3, "too close a race to be the same on every machine"
        tokens.append(int(best.indices[0]))
    return "".join(LETTERS[token] for token in tokens)


def test_a_transformer_with_fixed_weights_writes_what_it_always_wrote() -> None:
    network = drawn(Transformer(replace(QWEN3, vocab_size=len(LETTERS))), seed=3)

    assert written(network) == "askoaavaaameooraaaaaaaaaabooomeaasaaaaavisosraaaa"


def test_an_lstm_with_fixed_weights_writes_what_it_always_wrote() -> None:
    network = drawn(Recurrent(replace(LSTM, vocab_size=len(LETTERS))), seed=3)

    assert written(network) == "arkta j hymeje ,fapi mfahjm,cmtup,ah,a,hisns,lcca"
