"""The loss against torch's own, the optimisers and the schedule against what they promise."""

import pytest
import torch
import torch.nn.functional as F

from tests.lm.networks import lstm, transformer
from writer_app.training.loss import CHUNK, linear_cross_entropy
from writer_app.training.optimiser import Muon, build_optimisers, orthogonalised, schedule


@pytest.mark.parametrize("rows", [1, 7, CHUNK, 2 * CHUNK + 5])
def test_the_chunked_loss_and_its_gradients_are_those_of_torch(rows: int) -> None:
    torch.manual_seed(0)
    hidden = torch.randn(rows, 8, requires_grad=True)
    weight = torch.randn(37, 8, requires_grad=True)
    targets = torch.randint(0, 37, (rows,))

    loss = linear_cross_entropy(hidden, weight, targets)
    (3 * loss).backward()
    ours = hidden.grad, weight.grad

    hidden.grad = weight.grad = None
    expected = F.cross_entropy(hidden @ weight.t(), targets)
    (3 * expected).backward()
    torch.testing.assert_close(loss, expected)
    torch.testing.assert_close(ours[0], hidden.grad)
    torch.testing.assert_close(ours[1], weight.grad)


def test_at_low_precision_the_loss_is_near_enough() -> None:
    torch.manual_seed(0)
    hidden = torch.randn(600, 16, requires_grad=True)
    weight = torch.randn(37, 16, requires_grad=True)
    targets = torch.randint(0, 37, (600,))

    linear_cross_entropy(hidden, weight, targets, low_precision=True).backward()
    ours = weight.grad
    weight.grad = None
    F.cross_entropy(hidden @ weight.t(), targets).backward()

    assert ours is not None
    assert weight.grad is not None
    assert float((ours - weight.grad).norm() / weight.grad.norm()) < 0.02
    assert ours.dtype == torch.float32


@pytest.mark.parametrize("shape", [(16, 16), (48, 12), (12, 48), (1, 9)])
@pytest.mark.parametrize("low", [False, True])
def test_an_orthogonalised_matrix_has_singular_values_near_one(shape: tuple[int, int], low: bool) -> None:
    torch.manual_seed(0)
    matrix = torch.randn(shape) * 100

    result = orthogonalised(matrix, low_precision=low)

    values = torch.linalg.svdvals(result)
    assert result.shape == matrix.shape
    assert float(values.min()) > 0.5
    assert float(values.max()) < 1.3


def test_orthogonalising_keeps_the_directions() -> None:
    """U S V' becomes about U V'."""
    torch.manual_seed(0)
    matrix = torch.randn(20, 12)
    u, _, v = torch.linalg.svd(matrix, full_matrices=False)

    core = u.t() @ orthogonalised(matrix) @ v.t()

    assert float((core - core.diag().diag()).abs().max()) < 1e-3


def test_a_step_of_muon_moves_a_matrix_by_the_learning_rate() -> None:
    weight = torch.nn.Parameter(torch.zeros(40, 10))
    weight.grad = torch.randn(40, 10, generator=torch.Generator().manual_seed(1))

    Muon([weight], lr=0.1).step()

    moved = torch.linalg.svdvals(weight.detach())
    assert moved.tolist() == pytest.approx([0.1 * 2] * 10, rel=0.35)  # tall matrices move by sqrt(rows / columns) more
    assert float((weight.detach() * weight.grad).sum()) < 0


def test_muon_takes_the_direction_of_its_momentum_looked_ahead() -> None:
    """m = 0.95 m + 0.05 g; the step is along 0.95 m + 0.05 g, orthogonalised."""
    luck = torch.Generator().manual_seed(1)
    weight, momentum = torch.nn.Parameter(torch.zeros(6, 8)), torch.zeros(6, 8)
    expected, optimiser = torch.zeros(6, 8), Muon([weight], lr=0.1)
    for _ in range(4):
        gradient = torch.randn(6, 8, generator=luck)
        momentum = 0.95 * momentum + 0.05 * gradient
        expected -= 0.1 * orthogonalised(0.95 * momentum + 0.05 * gradient)

        weight.grad = gradient.clone()
        optimiser.step()

    assert torch.allclose(weight, expected, atol=1e-4)


def test_muon_decays_weights_towards_zero() -> None:
    weight = torch.nn.Parameter(torch.ones(4, 4))
    weight.grad = torch.zeros(4, 4)

    Muon([weight], lr=0.1, weight_decay=0.5).step()

    assert torch.allclose(weight, torch.full((4, 4), 0.95))


@pytest.mark.parametrize("kind", ["transformer", "lstm"])
@pytest.mark.parametrize("name", ["muon", "adamw"])
def test_every_weight_has_one_optimiser_and_only_matrices_decay(kind: str, name: str) -> None:
    network = {"transformer": transformer, "lstm": lstm}[kind]()

    optimisers = build_optimisers(network, name, lr=1.0, matrix_lr=2.0, weight_decay=0.1, low_precision=False)

    groups = [(optimiser, group) for optimiser in optimisers for group in optimiser.param_groups]
    everywhere = [parameter for _, group in groups for parameter in group["params"]]
    assert sorted(map(id, everywhere)) == sorted(map(id, network.parameters()))
    for optimiser, group in groups:
        for parameter in group["params"]:
            assert group["weight_decay"] == (0.1 if parameter.dim() > 1 else 0.0)
            if isinstance(optimiser, Muon):
                assert parameter.dim() == 2
                assert parameter is not network.embedding.weight
    assert any(isinstance(optimiser, Muon) for optimiser in optimisers) is (name == "muon")


def test_the_learning_rate_rises_stays_and_falls() -> None:
    rates = [schedule(step, 100, warmup=0.1, decay=0.4) for step in range(100)]

    assert rates[:10] == pytest.approx([0.1 * n for n in range(1, 11)])
    assert rates[10:60] == [1.0] * 50
    assert rates[60:] == pytest.approx([n / 40 for n in range(40, 0, -1)])


def test_without_warmup_and_decay_the_rate_is_constant() -> None:
    assert {schedule(step, 10, warmup=0.0, decay=0.0) for step in range(10)} == {1.0}
