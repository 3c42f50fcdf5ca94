"""The LSTM against its equations in NumPy; single fused steps against whole passes; snapshots; gradients."""

import numpy as np
import numpy.typing as npt
import pytest
import torch
import torch.nn.functional as F

from tests.lm.networks import LSTM, assert_gradients, lstm, tokens
from writer_app.lm import recurrent
from writer_app.lm.recurrent import Recurrent, RecurrentConfig

Array = npt.NDArray[np.float64]


def sigmoid(x: Array) -> Array:
    return 1 / (1 + np.exp(-x))


def reference(weights: dict[str, Array], config: RecurrentConfig, sequence: list[int]) -> Array:
    """Logits after each token: i, f, o = sigmoid, g = tanh of W x + U h + b; c = f c + i g; h = o tanh c."""
    h, c = np.zeros((2, config.num_hidden_layers, config.hidden_size))
    rows = []
    for token in sequence:
        x = weights["embedding.weight"][token]
        for layer in range(config.num_hidden_layers):
            gates = (
                weights[f"lstm.weight_ih_l{layer}"] @ x
                + weights[f"lstm.bias_ih_l{layer}"]
                + weights[f"lstm.weight_hh_l{layer}"] @ h[layer]
                + weights[f"lstm.bias_hh_l{layer}"]
            )
            i, f, g, o = gates.reshape(4, -1)
            c[layer] = sigmoid(f) * c[layer] + sigmoid(i) * np.tanh(g)
            h[layer] = sigmoid(o) * np.tanh(c[layer])
            x = h[layer]
        rows.append(weights["embedding.weight"] @ (weights["projection.weight"] @ x))
    return np.stack(rows)


@pytest.mark.parametrize("layers", [1, 2, 3])
@torch.no_grad()
def test_logits_are_what_the_equations_say(layers: int) -> None:
    network = lstm(RecurrentConfig(61, 12, 20, layers))
    weights = {name: parameter.double().numpy() for name, parameter in network.named_parameters()}

    logits, _ = network(tokens(1, 15))

    np.testing.assert_allclose(logits[0].numpy(), reference(weights, network.config, tokens(15).tolist()), atol=1e-4)


@pytest.mark.parametrize("portions", [[1] * 20, [7, 1, 12], [19, 1], [20]])
@torch.no_grad()
def test_logits_in_portions_are_those_of_one_pass(portions: list[int]) -> None:
    network, sequence = lstm(), tokens(3, 20)
    whole, _ = network(sequence)

    state, parts = None, []
    for part in sequence.split(portions, 1):
        logits, state = network(part, state)
        parts.append(logits)

    assert torch.allclose(torch.cat(parts, 1), whole, atol=1e-5)
    assert state is not None
    assert state.length == 20


@torch.no_grad()
def test_after_single_steps_every_token_can_be_gone_back_to() -> None:
    network, sequence = lstm(), tokens(20)
    state = network.new_state()
    for token in sequence:
        network(token[None, None], state)

    state = state.cut(13)

    assert state.length == 13
    expected, _ = network(torch.cat([sequence[:13], tokens(4, seed=5)])[None])
    assert torch.allclose(network(tokens(1, 4, seed=5), state)[0], expected[:, 13:], atol=1e-5)


@torch.no_grad()
def test_a_passage_can_be_cut_back_to_any_token() -> None:
    network, sequence = lstm(), tokens(300)
    _, state = network(sequence[None])

    state = state.cut(290)

    assert state.length == 290
    expected, _ = network(sequence[None])
    assert torch.allclose(network(sequence[None, 290:], state)[0], expected[:, 290:], atol=1e-5)


def test_a_state_made_where_gradients_are_wanted_goes_back_to_its_start() -> None:
    network, sequence = lstm(), tokens(30)
    with torch.enable_grad():
        _, state = network(sequence[None])

    assert state.length == 30
    assert state.cut(29).length == 0


@torch.no_grad()
def test_old_snapshots_go_but_the_start_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recurrent, "SNAPSHOTS_KEPT", 4)
    network = lstm()
    state = network.new_state()
    for token in tokens(20):
        network(token[None, None], state)

    assert state.cut(18).length == 18
    assert state.cut(10).length == 0


def test_a_state_cannot_be_cut_to_more_than_it_has_seen() -> None:
    _, state = lstm()(tokens(1, 5))

    with pytest.raises(ValueError, match="cannot cut a state of 5 tokens to 6"):
        state.cut(6)


@torch.no_grad()
def test_a_copy_goes_its_own_way_in_every_row() -> None:
    network, sequence, other = lstm(), tokens(1, 9), tokens(3, 1, seed=5)
    _, state = network(sequence)

    in_copy, copied = network(other, state.copy(3))

    expected, _ = network(torch.cat([sequence.expand(3, -1), other], 1))
    assert torch.allclose(in_copy, expected[:, 9:], atol=1e-5)
    assert (copied.length, state.length) == (10, 9)


@torch.no_grad()
def test_single_steps_know_when_the_weights_have_changed() -> None:
    network, other = lstm(seed=1), lstm(seed=2)
    network(tokens(1, 1))

    network.load_state_dict(other.state_dict())

    assert torch.allclose(network(tokens(1, 1))[0], other(tokens(1, 1))[0])
    assert network.double()(tokens(1, 1))[0].isfinite().all()


def test_gradients_are_the_finite_differences() -> None:
    network, sequence = lstm().double().train(), tokens(2, 9)

    def loss() -> torch.Tensor:
        hidden = network.hidden(sequence[:, :-1], None)
        return F.cross_entropy(network.head(hidden).flatten(0, 1), sequence[:, 1:].flatten())

    assert_gradients(network, loss)


def test_dropout_is_for_training_only() -> None:
    network = lstm(RecurrentConfig(61, 12, 20, 2, dropout=0.5))

    assert torch.equal(network(tokens(1, 9))[0], network(tokens(1, 9))[0])
    network.train()
    assert not torch.equal(network(tokens(1, 9))[0], network(tokens(1, 9))[0])


def test_forget_gates_start_open() -> None:
    network = Recurrent(LSTM)

    biases = network.lstm.bias_ih_l0.detach() + network.lstm.bias_hh_l0.detach()

    assert biases.reshape(4, -1).mean(1).tolist() == [0.0, 1.0, 0.0, 0.0]
