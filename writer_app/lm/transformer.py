"""The Transformer in Llama's shape: RMSNorm, rotary positions, grouped-query attention, SwiGLU, tied embeddings.

One file in the order of the computation. Options cover what Qwen2 (biases on q, k, v) and Qwen3 (norm on q and k)
add, so that folders of those families load with exact logits. Weights on file carry Hugging Face's names
(`folder.py` reads them); here q, k, v are one matrix and gate, up are one matrix, fused once at loading.

Shapes: B batch, T new tokens, S tokens seen so far, C width, H heads, G key/value heads, D head size, V vocabulary.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from writer_app.lm.model import State


@dataclass(frozen=True)
class TransformerConfig:
    """Sizes of a Transformer; field names follow config.json of Hugging Face."""

    vocab_size: int
    hidden_size: int
    intermediate_size: int
    num_hidden_layers: int
    num_attention_heads: int
    num_key_value_heads: int
    head_dim: int
    max_position_embeddings: int
    rope_theta: float = 10000.0
    rms_norm_eps: float = 1e-6
    tie_word_embeddings: bool = True
    attention_bias: bool = False  # Qwen2: biases on q, k, v
    qk_norm: bool = False  # Qwen3: RMSNorm on each head of q and k
    dropout: float = 0.0  # on the residual branches, in training only


class LayerCache:
    """Keys and values of one layer, allocated once and filled from the left."""

    def __init__(self, keys: Tensor, values: Tensor) -> None:
        self.keys, self.values = keys, values  # (B, G, capacity, D)

    def append(self, key: Tensor, value: Tensor, past: int) -> tuple[Tensor, Tensor]:
        """Write key, value (B, G, T, D) after the first `past`; return views of all past + T."""
        end = past + key.size(2)
        if end > self.keys.size(2):
            self.keys, self.values = (_grown(t, past, end) for t in (self.keys, self.values))
        self.keys[:, :, past:end] = key
        self.values[:, :, past:end] = value
        return self.keys[:, :, :end], self.values[:, :, :end]


def _grown(tensor: Tensor, used: int, needed: int) -> Tensor:
    bigger = tensor.new_empty(*tensor.shape[:2], max(needed, 2 * tensor.size(2)), tensor.size(3))
    bigger[:, :, :used] = tensor[:, :, :used]
    return bigger


class KeyValueCache(State):
    """What a Transformer has seen: keys and values per layer. `length` is the truth about how many tokens."""

    def __init__(self, layers: list[LayerCache], length: int) -> None:
        self.layers = layers
        self._length = length

    @property
    def length(self) -> int:
        return self._length

    def advance(self, count: int) -> None:
        self._length += count

    def cut(self, length: int) -> "KeyValueCache":
        if not 0 <= length <= self._length:
            message = f"cannot cut a cache of {self._length} tokens to {length}"
            raise ValueError(message)
        self._length = length
        return self

    def copy(self, rows: int = 1) -> "KeyValueCache":
        layers = [
            LayerCache(*(t.repeat_interleave(rows, 0) if rows > 1 else t.clone() for t in (c.keys, c.values)))
            for c in self.layers
        ]
        return KeyValueCache(layers, self._length)

    def select(self, rows: Tensor) -> "KeyValueCache":
        layers = [LayerCache(c.keys[rows], c.values[rows]) for c in self.layers]
        return KeyValueCache(layers, self._length)


class RMSNorm(nn.Module):
    """Root mean square norm (Zhang and Sennrich 2019), without F.rms_norm: six times faster for one token on a CPU."""

    def __init__(self, size: int, eps: float) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(size))
        self.eps = eps

    def forward(self, x: Tensor) -> Tensor:  # (..., size)
        if x.requires_grad:
            return F.rms_norm(x, (x.size(-1),), self.weight.to(x.dtype), self.eps)
        scale = torch.rsqrt(torch.linalg.vecdot(x, x).div_(x.size(-1)).add_(self.eps))
        return x * scale.unsqueeze(-1) * self.weight


def rotary_table(length: int, head_dim: int, theta: float) -> Tensor:
    """Cosines and sines of the rotary positions (Su et al. 2021): (length, 2, head_dim / 2)."""
    frequency = theta ** (-torch.arange(0, head_dim, 2, dtype=torch.float64) / head_dim)
    angle = torch.outer(torch.arange(length, dtype=torch.float64), frequency)
    return torch.stack([angle.cos(), angle.sin()], 1).float()


def rotate(x: Tensor, rotary: Tensor) -> Tensor:
    """Turn each pair (i, i + D/2) of x (B, H, T, D) by its position's angle; rotary (T, 2, D/2)."""
    cosine, sine = rotary.to(x.dtype).unbind(1)  # (T, D/2)
    first, second = x.chunk(2, -1)
    return torch.cat([first * cosine - second * sine, second * cosine + first * sine], -1)


def _qkv_sizes(config: TransformerConfig) -> list[int]:
    groups = config.num_key_value_heads * config.head_dim
    return [config.num_attention_heads * config.head_dim, groups, groups]


class Attention(nn.Module):
    """Grouped-query attention (Ainslie et al. 2023) with rotary positions; Llama, Qwen2 or Qwen3 by the config."""

    def __init__(self, config: TransformerConfig) -> None:
        super().__init__()
        self.heads, self.groups, self.head_dim = config.num_attention_heads, config.num_key_value_heads, config.head_dim
        self.qkv = nn.Linear(config.hidden_size, sum(_qkv_sizes(config)), bias=config.attention_bias)
        self.out = nn.Linear(self.heads * self.head_dim, config.hidden_size, bias=False)
        self.q_norm = RMSNorm(self.head_dim, config.rms_norm_eps) if config.qk_norm else None
        self.k_norm = RMSNorm(self.head_dim, config.rms_norm_eps) if config.qk_norm else None

    def forward(self, x: Tensor, cache: LayerCache | None, past: int, rotary: Tensor) -> Tensor:  # x (B, T, C)
        B, T, _ = x.shape
        query, key, value = (
            self.qkv(x)
            .view(B, T, -1, self.head_dim)
            .transpose(1, 2)
            .split([self.heads, self.groups, self.groups], dim=1)
        )
        if self.q_norm is not None and self.k_norm is not None:
            query, key = self.q_norm(query), self.k_norm(key)
        query, key = rotate(query, rotary), rotate(key, rotary)  # (B, H, T, D), (B, G, T, D)
        if cache is not None:
            key, value = cache.append(key, value, past)  # (B, G, past + T, D)
        mask = _causal_mask(T, past, x.device) if T > 1 and past > 0 else None
        mixed = F.scaled_dot_product_attention(
            query,
            key,
            value.to(key.dtype),
            attn_mask=mask,
            is_causal=T > 1 and past == 0,
            enable_gqa=self.groups != self.heads,
        )
        joined: Tensor = self.out(mixed.transpose(1, 2).reshape(B, T, -1))  # (B, T, C)
        return joined


def _causal_mask(
    new: int, past: int, device: torch.device
) -> Tensor:  # (new, past + new), True where attention may look
    return torch.ones(new, past + new, dtype=torch.bool, device=device).tril(past)


class FeedForward(nn.Module):
    """SwiGLU (Shazeer 2020)."""

    def __init__(self, config: TransformerConfig) -> None:
        super().__init__()
        self.gate_up = nn.Linear(config.hidden_size, 2 * config.intermediate_size, bias=False)
        self.down = nn.Linear(config.intermediate_size, config.hidden_size, bias=False)

    def forward(self, x: Tensor) -> Tensor:  # (B, T, C)
        gate, up = self.gate_up(x).chunk(2, -1)
        narrowed: Tensor = self.down(F.silu(gate) * up)
        return narrowed


class Block(nn.Module):
    """Attention, then feed-forward, each behind a norm and added to what came in."""

    def __init__(self, config: TransformerConfig) -> None:
        super().__init__()
        self.attention_norm = RMSNorm(config.hidden_size, config.rms_norm_eps)
        self.attention = Attention(config)
        self.feed_forward_norm = RMSNorm(config.hidden_size, config.rms_norm_eps)
        self.feed_forward = FeedForward(config)
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, x: Tensor, cache: LayerCache | None, past: int, rotary: Tensor) -> Tensor:
        x = x + self.dropout(self.attention(self.attention_norm(x), cache, past, rotary))
        widened: Tensor = x + self.dropout(self.feed_forward(self.feed_forward_norm(x)))
        return widened


class Transformer(nn.Module):
    """Tokens in, logits out, with a key/value cache as state. Weights are drawn at random: load or train them."""

    rotary: Tensor

    def __init__(self, config: TransformerConfig) -> None:
        super().__init__()
        self.config = config
        self.embedding = nn.Embedding(config.vocab_size, config.hidden_size)
        self.blocks = nn.ModuleList(Block(config) for _ in range(config.num_hidden_layers))
        self.norm = RMSNorm(config.hidden_size, config.rms_norm_eps)
        self.head = nn.Linear(config.hidden_size, config.vocab_size, bias=False)
        if config.tie_word_embeddings:
            self.head.weight = self.embedding.weight
        self.register_buffer(
            "rotary", rotary_table(config.max_position_embeddings, config.head_dim, config.rope_theta), persistent=False
        )
        self._draw_weights()

    def _draw_weights(self) -> None:
        for name, parameter in self.named_parameters():
            if parameter.dim() > 1:
                nn.init.normal_(parameter, std=0.02 if "embedding" in name else parameter.size(1) ** -0.5 / 2)
            if name.endswith(("out.weight", "down.weight")):  # each branch starts as the identity
                nn.init.normal_(parameter, std=0.02 / math.sqrt(2 * self.config.num_hidden_layers))

    @property
    def context(self) -> int:
        """The most tokens it can look back on."""
        return self.config.max_position_embeddings

    def new_state(self, batch: int = 1, capacity: int | None = None) -> KeyValueCache:
        config, like = self.config, self.embedding.weight
        shape = (batch, config.num_key_value_heads, capacity or config.max_position_embeddings, config.head_dim)
        return KeyValueCache([LayerCache(like.new_empty(shape), like.new_empty(shape)) for _ in self.blocks], 0)

    def hidden(self, tokens: Tensor, state: KeyValueCache | None) -> Tensor:
        """tokens (B, T) -> the last layer's output (B, T, C); with a state, appends to it."""
        past = 0 if state is None else state.length
        if past + tokens.size(1) > self.context:
            message = f"{past} + {tokens.size(1)} tokens do not fit the context of {self.context}"
            raise ValueError(message)
        rotary = self.rotary[past : past + tokens.size(1)]
        x = self.embedding(tokens)
        for i, block in enumerate(self.blocks):
            x = block(x, None if state is None else state.layers[i], past, rotary)
        if state is not None:
            state.advance(tokens.size(1))
        normed: Tensor = self.norm(x)
        return normed

    def forward(self, tokens: Tensor, state: KeyValueCache | None = None) -> tuple[Tensor, KeyValueCache]:
        """tokens (B, T) int64 -> logits (B, T, V) float32 and the state after them.

        Without a state it starts a new one. Raises ValueError if state and tokens exceed the context.
        """
        if state is None:
            state = self.new_state(tokens.size(0), tokens.size(1))
        return self.head(self.hidden(tokens, state)).float(), state


_FUSED = {
    "attention.qkv": ("self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"),
    "feed_forward.gate_up": ("mlp.gate_proj", "mlp.up_proj"),
}
_RENAMED = {
    "attention.out": "self_attn.o_proj",
    "attention.q_norm": "self_attn.q_norm",
    "attention.k_norm": "self_attn.k_norm",
    "feed_forward.down": "mlp.down_proj",
    "attention_norm": "input_layernorm",
    "feed_forward_norm": "post_attention_layernorm",
}
_OUTER = {
    "embedding.weight": "model.embed_tokens.weight",
    "norm.weight": "model.norm.weight",
    "head.weight": "lm_head.weight",
}


def file_names(ours: str) -> tuple[str, ...]:
    """The Hugging Face names of one of our parameters, in the order in which they are fused."""
    if ours in _OUTER:
        return (_OUTER[ours],)
    _, layer, rest = ours.split(".", 2)
    part, kind = rest.rsplit(".", 1)
    return tuple(f"model.layers.{layer}.{name}.{kind}" for name in _FUSED.get(part, (_RENAMED.get(part, part),)))


def to_file(network: Transformer) -> dict[str, Tensor]:
    """The network's weights under Hugging Face's names, q, k, v and gate, up apart; a tied head is left out."""
    weights: dict[str, Tensor] = {}
    for name, parameter in network.named_parameters():
        names = file_names(name)
        sizes = _qkv_sizes(network.config) if len(names) == 3 else [parameter.size(0) // len(names)] * len(names)
        weights |= dict(zip(names, torch.split(parameter.detach(), sizes, 0), strict=True))
    return weights


def from_file(network: Transformer, weights: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The state dict for `network`, fused from Hugging Face's names. Raises KeyError with the missing name."""
    return {name: torch.cat([weights[key] for key in file_names(name)], 0) for name, _ in network.named_parameters()}
