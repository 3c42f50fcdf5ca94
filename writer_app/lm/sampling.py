"""From logits to a token: temperature, top-k, top-p, min-p, repetition penalty, seed.

Filters take logits (V,) in natural-log scale with any offset and return them with what is dropped at -inf. They compose
in the order of `Sampler`: penalty, temperature, top-k, top-p, min-p, draw.
"""

import math
from dataclasses import dataclass

import torch
from torch import Tensor


def penalised(logits: Tensor, seen: Tensor, penalty: float) -> Tensor:
    """Make the tokens in `seen` (N,) less likely (Keskar et al. 2019): log-probabilities multiplied by `penalty`.

    Works on log-probabilities, not on raw logits, so that it does not depend on their offset. penalty 1 changes nothing.
    """
    if penalty == 1.0 or seen.numel() == 0:
        return logits
    log_probabilities = logits.log_softmax(-1)
    return log_probabilities.index_copy(0, seen, log_probabilities[seen] * penalty)


def keep_top_k(logits: Tensor, k: int) -> Tensor:
    """Keep the k likeliest tokens, and just k of equals; 0 or k >= V keeps all."""
    if k <= 0 or k >= logits.numel():
        return logits
    values, indices = logits.topk(k)
    return torch.full_like(logits, -math.inf).scatter(0, indices, values)


def keep_nucleus(logits: Tensor, p: float) -> Tensor:
    """Keep the smallest set of tokens whose probabilities sum to at least p (top-p, Holtzman et al. 2020); 1 keeps all."""
    if p >= 1.0:
        return logits
    values, indices = logits.sort(descending=True)
    probabilities = values.softmax(-1)
    before = probabilities.cumsum(-1) - probabilities  # what the likelier ones sum to already
    return torch.full_like(logits, -math.inf).scatter(0, indices, values.masked_fill(before >= p, -math.inf))


def keep_min_p(logits: Tensor, p: float) -> Tensor:
    """Keep tokens at least p times as probable as the likeliest (min-p, Nguyen et al. 2024); 0 keeps all."""
    if p <= 0.0:
        return logits
    return logits.masked_fill(logits < logits.max() + math.log(p), -math.inf)


@dataclass(frozen=True)
class Sampler:
    """How to choose a token. temperature 0 takes the likeliest (the first of equals) and draws nothing."""

    temperature: float = 1.0
    top_k: int = 0
    top_p: float = 1.0
    min_p: float = 0.0

    def filtered(self, logits: Tensor) -> Tensor:
        """Logits (V,) scaled and filtered; softmax of them is what is drawn from. temperature > 0."""
        return keep_min_p(keep_nucleus(keep_top_k(logits / self.temperature, self.top_k), self.top_p), self.min_p)

    def choose(self, logits: Tensor, generator: torch.Generator) -> int:
        """A token for logits (V,), of which at least one is finite. Deterministic given the generator's state.

        The draw is made on the generator's device, whichever the logits are on.
        """
        if self.temperature == 0.0:
            return int(logits.argmax())
        probabilities = self.filtered(logits).softmax(-1).to(generator.device)
        return int(torch.multinomial(probabilities, 1, generator=generator))
