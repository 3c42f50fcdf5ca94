"""The optimisers of pretraining, Muon beside AdamW, and the learning-rate schedule."""

from collections.abc import Iterable

import torch
from torch import Tensor, nn

_NEWTON_SCHULZ = (3.4445, -4.7750, 2.0315)


def orthogonalised(matrix: Tensor, steps: int = 5, *, low_precision: bool = False) -> Tensor:
    """The matrix (rows, columns) with its singular values pushed to about 1, by a quintic Newton-Schulz iteration.

    Coefficients from Keller Jordan's Muon (2024), chosen for speed over accuracy: singular values end in about 0.7 to 1.2.
    """
    a, b, c = _NEWTON_SCHULZ
    tall = matrix.size(0) > matrix.size(1)
    x = matrix.t() if tall else matrix
    x = x.to(torch.bfloat16 if low_precision else torch.float32)
    x = x / (x.norm() + 1e-7)
    for _ in range(steps):
        gram = x @ x.t()
        x = a * x + (b * gram + c * gram @ gram) @ x
    result: Tensor = (x.t() if tall else x).to(matrix.dtype)
    return result


class Muon(torch.optim.Optimizer):
    """Momentum, orthogonalised by Newton-Schulz, for the weight matrices inside a network (Jordan 2024)."""

    def __init__(
        self,
        parameters: Iterable[Tensor],
        lr: float,
        momentum: float = 0.95,
        weight_decay: float = 0.0,
        *,
        low_precision: bool = False,
    ) -> None:
        super().__init__(list(parameters), {"lr": lr, "momentum": momentum, "weight_decay": weight_decay})
        self.low_precision = low_precision

    @torch.no_grad()
    def step(self) -> None:  # type: ignore[override]
        for group in self.param_groups:
            for parameter in group["params"]:
                if parameter.grad is None:
                    continue
                state = self.state[parameter]
                if not state:
                    state["momentum_buffer"] = torch.zeros_like(parameter)
                momentum = state["momentum_buffer"].lerp_(parameter.grad, 1 - group["momentum"])
                update = orthogonalised(
                    parameter.grad.lerp(momentum, group["momentum"]), low_precision=self.low_precision
                )  # Nesterov
                parameter.mul_(1 - group["lr"] * group["weight_decay"])
                parameter.add_(update, alpha=-group["lr"] * max(1.0, parameter.size(0) / parameter.size(1)) ** 0.5)


def build_optimisers(
    network: nn.Module, name: str, *, lr: float, matrix_lr: float, weight_decay: float, low_precision: bool
) -> list[torch.optim.Optimizer]:
    """The optimisers for `network`: "adamw" for all, or "muon" for the matrices inside it and AdamW for the rest.

    Embeddings, the head, norms and biases always go to AdamW; only matrices are decayed.
    """
    inner = [
        p
        for key, p in network.named_parameters()
        if name == "muon" and p.dim() == 2 and not key.startswith(("embedding", "head"))
    ]
    taken = set(map(id, inner))
    rest = [p for p in network.parameters() if id(p) not in taken]
    groups = [
        {"params": [p for p in rest if p.dim() >= 2], "weight_decay": weight_decay},
        {"params": [p for p in rest if p.dim() < 2], "weight_decay": 0.0},
    ]
    optimisers: list[torch.optim.Optimizer] = [
        torch.optim.AdamW([g for g in groups if g["params"]], lr=lr, betas=(0.9, 0.95), fused=True)
    ]
    if inner:
        optimisers.append(Muon(inner, lr=matrix_lr, weight_decay=weight_decay, low_precision=low_precision))
    return optimisers


def schedule(step: int, steps: int, warmup: float, decay: float) -> float:
    """The share of the full learning rate at `step` of `steps` (WSD, Hu et al. 2024).

    A linear rise over the first `warmup` share of the steps, flat, a linear fall towards zero over the last `decay` share.
    """
    rise = (step + 1) / max(1.0, warmup * steps)
    fall = (steps - step) / max(1.0, decay * steps)
    return max(0.0, min(1.0, rise, fall))
