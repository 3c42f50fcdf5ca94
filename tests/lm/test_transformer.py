"""The Transformer against the equations written out in NumPy, step by step against all at once, and its gradients."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import torch
import torch.nn.functional as F

from tests.lm.networks import FAMILIES, QWEN3, assert_gradients, tokens, transformer
from writer_app.lm.transformer import Transformer, TransformerConfig, from_file, to_file

Array = npt.NDArray[np.float64]


# -- the equations, for one sequence, from weights under the names that stand on file ------------------------------


def rms_norm(x: Array, gain: Array, eps: float) -> Array:
    return x / np.sqrt((x**2).mean(-1, keepdims=True) + eps) * gain


def softmax(x: Array) -> Array:
    raised = np.exp(x - x.max(-1, keepdims=True))
    return raised / raised.sum(-1, keepdims=True)


def turned(x: Array, position: int, theta: float) -> Array:
    """A head's vector with the pair (i, i + D/2) turned by position / theta^(2i/D)."""
    half = len(x) // 2
    out = np.empty_like(x)
    for i in range(half):
        angle = position * theta ** (-2 * i / len(x))
        out[i] = x[i] * np.cos(angle) - x[i + half] * np.sin(angle)
        out[i + half] = x[i + half] * np.cos(angle) + x[i] * np.sin(angle)
    return out


def reference(config: TransformerConfig, weights: dict[str, Array], sequence: list[int]) -> Array:
    D, H, G = config.head_dim, config.num_attention_heads, config.num_key_value_heads
    x = np.stack([weights["model.embed_tokens.weight"][token] for token in sequence])
    for layer in range(config.num_hidden_layers):
        own = {
            name.removeprefix(f"model.layers.{layer}."): w
            for name, w in weights.items()
            if name.startswith(f"model.layers.{layer}.")
        }
        normed = rms_norm(x, own["input_layernorm.weight"], config.rms_norm_eps)
        q, k, v = (
            normed @ own[f"self_attn.{part}_proj.weight"].T + own.get(f"self_attn.{part}_proj.bias", 0.0)
            for part in "qkv"
        )
        mixed = np.zeros((len(sequence), H * D))
        for head in range(H):
            group = head // (H // G)
            queries, keys = q[:, head * D : (head + 1) * D], k[:, group * D : (group + 1) * D]
            if config.qk_norm:
                queries = rms_norm(queries, own["self_attn.q_norm.weight"], config.rms_norm_eps)
                keys = rms_norm(keys, own["self_attn.k_norm.weight"], config.rms_norm_eps)
            queries = np.stack([turned(row, t, config.rope_theta) for t, row in enumerate(queries)])
            keys = np.stack([turned(row, t, config.rope_theta) for t, row in enumerate(keys)])
            for t in range(len(sequence)):
                shares = softmax(queries[t] @ keys[: t + 1].T / np.sqrt(D))
                mixed[t, head * D : (head + 1) * D] = shares @ v[: t + 1, group * D : (group + 1) * D]
        x = x + mixed @ own["self_attn.o_proj.weight"].T
        normed = rms_norm(x, own["post_attention_layernorm.weight"], config.rms_norm_eps)
        gate, up = normed @ own["mlp.gate_proj.weight"].T, normed @ own["mlp.up_proj.weight"].T
        x = x + (gate / (1 + np.exp(-gate)) * up) @ own["mlp.down_proj.weight"].T
    x = rms_norm(x, weights["model.norm.weight"], config.rms_norm_eps)
    return x @ weights.get("lm_head.weight", weights["model.embed_tokens.weight"]).T


@pytest.mark.parametrize("family", FAMILIES)
def test_logits_are_what_the_equations_say(family: str) -> None:
    network = transformer(FAMILIES[family])
    weights = {name: tensor.double().numpy() for name, tensor in to_file(network).items()}
    sequence = tokens(12)

    with torch.no_grad():
        logits, _ = network(sequence[None])

    np.testing.assert_allclose(logits[0].numpy(), reference(network.config, weights, sequence.tolist()), atol=2e-4)


@pytest.mark.parametrize("option", ["attention_bias", "qk_norm", "num_key_value_heads", "rope_theta", "rms_norm_eps"])
def test_each_option_changes_what_is_computed(option: str) -> None:
    """So that the test above could not pass with an option left out."""
    changed: dict[str, Any] = {
        "attention_bias": True, "qk_norm": False, "num_key_value_heads": 4, "rope_theta": 50.0, "rms_norm_eps": 0.5,
    }  # fmt: skip
    plain = transformer(QWEN3)
    other = transformer(TransformerConfig(**vars(QWEN3) | {option: changed[option]}))
    if option in {"rope_theta", "rms_norm_eps"}:
        other.load_state_dict(plain.state_dict())

    assert not torch.allclose(plain(tokens(1, 9))[0], other(tokens(1, 9))[0], atol=1e-2)


@pytest.mark.parametrize("family", FAMILIES)
def test_weights_come_back_from_the_names_on_file(family: str) -> None:
    network, empty = transformer(FAMILIES[family], seed=1), transformer(FAMILIES[family], seed=2)

    empty.load_state_dict(from_file(empty, to_file(network)), strict=False)

    assert torch.equal(empty(tokens(1, 9))[0], network(tokens(1, 9))[0])
    assert ("lm_head.weight" in to_file(network)) is not network.config.tie_word_embeddings


# -- the cache ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("portions", [[1] * 20, [7, 1, 12], [19, 1], [20], [1, 19]])
@torch.no_grad()
def test_logits_in_portions_are_those_of_one_pass(family: str, portions: list[int]) -> None:
    network, sequence = transformer(FAMILIES[family]), tokens(2, 20)
    whole, _ = network(sequence)

    state, parts = None, []
    for part in sequence.split(portions, 1):
        logits, state = network(part, state)
        parts.append(logits)

    assert torch.allclose(torch.cat(parts, 1), whole, atol=1e-4)
    assert state is not None
    assert state.length == 20


@torch.no_grad()
def test_a_state_that_was_cut_back_goes_on_as_if_it_had_never_seen_more() -> None:
    network, sequence, other = transformer(), tokens(1, 20), tokens(1, 6, seed=5)
    _, state = network(sequence)

    logits, state = network(other, state.cut(8))

    expected, _ = network(torch.cat([sequence[:, :8], other], 1))
    assert torch.allclose(logits, expected[:, 8:], atol=1e-4)
    assert state.length == 14


@torch.no_grad()
def test_a_copy_goes_its_own_way_in_every_row() -> None:
    network, sequence, other = transformer(), tokens(1, 9), tokens(3, 5, seed=5)
    _, state = network(sequence)

    in_copy, copied = network(other, state.copy(3))
    in_original, _ = network(other[1:2], state)

    expected, _ = network(torch.cat([sequence.expand(3, -1), other], 1))
    assert torch.allclose(in_copy, expected[:, 9:], atol=1e-4)
    assert torch.allclose(in_original[0], expected[1, 9:], atol=1e-4)
    assert copied.length == state.length == 14


@torch.no_grad()
def test_chosen_rows_of_a_state_go_on_alone() -> None:
    network, sequence, other = transformer(), tokens(4, 9), tokens(2, 3, seed=5)
    _, state = network(sequence)

    logits, _ = network(other, state.select(torch.tensor([3, 1])))

    expected, _ = network(torch.cat([sequence[[3, 1]], other], 1))
    assert torch.allclose(logits, expected[:, 9:], atol=1e-4)


def test_a_state_cannot_be_cut_to_more_than_it_has_seen() -> None:
    _, state = transformer()(tokens(1, 5))

    with pytest.raises(ValueError, match="cannot cut a cache of 5 tokens to 6"):
        state.cut(6)


def test_more_tokens_than_the_context_holds_are_refused_in_numbers() -> None:
    network = transformer()
    _, state = network(tokens(1, 60))

    with pytest.raises(ValueError, match="60 \\+ 5 tokens do not fit the context of 64"):
        network(tokens(1, 5), state)


def test_a_cache_that_began_small_grows() -> None:
    network = transformer()
    state = network.new_state(1, capacity=2)

    logits = [network(token[None, None], state)[0] for token in tokens(30)]

    assert torch.allclose(torch.cat(logits, 1), network(tokens(30)[None])[0], atol=1e-4)


# -- training -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("family", FAMILIES)
def test_gradients_are_the_finite_differences(family: str) -> None:
    network = transformer(FAMILIES[family]).double()
    sequence = tokens(2, 9)

    assert_gradients(network, lambda: loss_of(network, sequence))


def loss_of(network: Transformer, sequence: torch.Tensor) -> torch.Tensor:
    logits = network.head(network.hidden(sequence[:, :-1], None))
    return F.cross_entropy(logits.flatten(0, 1), sequence[:, 1:].flatten())


def test_a_new_network_predicts_about_evenly() -> None:
    torch.manual_seed(0)
    network = Transformer(QWEN3)

    with torch.no_grad():
        logits, _ = network(tokens(4, 30))

    assert float(logits.logsumexp(-1).sub(logits.mean(-1)).mean()) == pytest.approx(np.log(61), abs=0.1)
