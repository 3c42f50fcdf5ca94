"""Small networks with weights that make every term of the equations count."""

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

import numpy as np
import pytest
import torch
from torch import nn

from writer_app.lm.recurrent import Recurrent, RecurrentConfig
from writer_app.lm.transformer import Transformer, TransformerConfig

N = TypeVar("N", bound=nn.Module)

LLAMA = TransformerConfig(
    vocab_size=61,
    hidden_size=24,
    intermediate_size=40,
    num_hidden_layers=3,
    num_attention_heads=4,
    num_key_value_heads=4,
    head_dim=6,
    max_position_embeddings=64,
)
GROUPED = replace(LLAMA, num_key_value_heads=2, head_dim=8, tie_word_embeddings=False)
QWEN2 = replace(LLAMA, num_key_value_heads=1, attention_bias=True, rope_theta=1e6)
QWEN3 = replace(LLAMA, num_key_value_heads=2, head_dim=10, qk_norm=True)
FAMILIES = {"llama": LLAMA, "grouped": GROUPED, "qwen2": QWEN2, "qwen3": QWEN3}
LSTM = RecurrentConfig(vocab_size=61, embedding_size=12, hidden_size=20, num_hidden_layers=2)


def drawn(network: N, seed: int = 0, scale: float = 0.4) -> N:
    """The network with weights drawn anew, norms and biases as well, by NumPy so that they are the same everywhere."""
    luck = np.random.default_rng(seed)
    with torch.no_grad():
        for name, parameter in network.named_parameters():
            values = scale * luck.standard_normal(tuple(parameter.shape))
            parameter.copy_(torch.from_numpy(values + (1.0 if "norm" in name else 0.0)))
    return network.eval()


def transformer(config: TransformerConfig = QWEN3, seed: int = 0) -> Transformer:
    return drawn(Transformer(config), seed)


def lstm(config: RecurrentConfig = LSTM, seed: int = 0) -> Recurrent:
    return drawn(Recurrent(config), seed)


def tokens(*shape: int, seed: int = 0, vocabulary: int = LLAMA.vocab_size) -> torch.Tensor:
    return torch.from_numpy(np.random.default_rng(seed).integers(0, vocabulary, shape))


def assert_gradients(network: nn.Module, loss: Callable[[], torch.Tensor], step: float = 1e-5) -> None:
    """Along a random direction for each parameter: (loss(w + s d) - loss(w - s d)) / 2s is the gradient times d."""
    luck = torch.Generator().manual_seed(3)
    network.zero_grad()
    loss().backward()
    for name, parameter in network.named_parameters():
        direction = torch.randn(parameter.shape, generator=luck, dtype=torch.float64)
        original = parameter.detach().clone()
        ends = []
        for sign in (1, -1):
            parameter.data.copy_(original + sign * step * direction)
            ends.append(float(loss().detach()))  # by the same path as the gradient
        parameter.data.copy_(original)
        assert parameter.grad is not None, name
        slope = float((parameter.grad * direction).sum())
        assert (ends[0] - ends[1]) / (2 * step) == pytest.approx(slope, rel=1e-5, abs=1e-8), name
