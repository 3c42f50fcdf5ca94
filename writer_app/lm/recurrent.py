"""The LSTM language model (Hochreiter and Schmidhuber 1997; Gers et al. 2000).

Where gradients are wanted, torch's nn.LSTM does the work; where not, fused cells do, a token at a time: nn.LSTM packs its
weights again at every call (24 ms for 2 x 768), and is no faster over a passage. The state keeps snapshots of (h, c), one
for each token that the cells have read, so that it can be cut back.

Shapes: B batch, T tokens, E embedding, H hidden, L layers, V vocabulary.
"""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from writer_app.lm.model import State

SNAPSHOTS_KEPT = 512


@dataclass(frozen=True)
class RecurrentConfig:
    """Sizes of an LSTM language model."""

    vocab_size: int
    embedding_size: int
    hidden_size: int
    num_hidden_layers: int
    dropout: float = 0.0  # after the embedding, between the layers and before the head, in training only


class RecurrentState(State):
    """(h, c), each (L, B, H), after the last tokens read and at the start; `length` is the newest."""

    def __init__(self, snapshots: dict[int, tuple[Tensor, Tensor]]) -> None:
        self._snapshots = snapshots  # tokens seen -> (h, c), in rising order

    @property
    def length(self) -> int:
        return next(reversed(self._snapshots))

    @property
    def newest(self) -> tuple[Tensor, Tensor]:
        return self._snapshots[self.length]

    def add(self, count: int, hidden: Tensor, cell: Tensor) -> None:
        """Note (h, c) after `count` more tokens."""
        self._snapshots[self.length + count] = (hidden, cell)
        while len(self._snapshots) > SNAPSHOTS_KEPT:
            del self._snapshots[list(self._snapshots)[1]]  # the start (0 tokens) stays

    def cut(self, length: int) -> "RecurrentState":
        if not 0 <= length <= self.length:
            message = f"cannot cut a state of {self.length} tokens to {length}"
            raise ValueError(message)
        return RecurrentState({at: pair for at, pair in self._snapshots.items() if at <= length})

    def copy(self, rows: int = 1) -> "RecurrentState":
        return RecurrentState(
            {at: (h.repeat_interleave(rows, 1), c.repeat_interleave(rows, 1)) for at, (h, c) in self._snapshots.items()}
        )


class Recurrent(nn.Module):
    """Tokens in, logits out, with (h, c) as state. The head is tied to the embedding through a projection."""

    def __init__(self, config: RecurrentConfig) -> None:
        super().__init__()
        self.config = config
        self.embedding = nn.Embedding(config.vocab_size, config.embedding_size)
        between = config.dropout if config.num_hidden_layers > 1 else 0.0
        self.lstm = nn.LSTM(
            config.embedding_size, config.hidden_size, config.num_hidden_layers, batch_first=True, dropout=between
        )
        self.projection = nn.Linear(config.hidden_size, config.embedding_size, bias=False)
        self.head = nn.Linear(config.embedding_size, config.vocab_size, bias=False)
        self.head.weight = self.embedding.weight  # tied (Press and Wolf 2017)
        self.dropout = nn.Dropout(config.dropout)
        self._fused: list[tuple[Tensor, Tensor]] = []
        self._draw_weights()

    def _draw_weights(self) -> None:
        nn.init.normal_(self.embedding.weight, std=0.02)
        for name, parameter in self.lstm.named_parameters():
            if parameter.dim() > 1:
                nn.init.uniform_(parameter, -(self.config.hidden_size**-0.5), self.config.hidden_size**-0.5)
            else:
                nn.init.zeros_(parameter)
            if name.startswith("bias_ih"):  # forget gates start open (Jozefowicz et al. 2015)
                nn.init.ones_(parameter[self.config.hidden_size : 2 * self.config.hidden_size])

    @property
    def context(self) -> None:
        """The state carries everything: no limit."""
        return

    def new_state(self, batch: int = 1) -> RecurrentState:
        like = self.embedding.weight
        zeros = like.new_zeros(self.config.num_hidden_layers, batch, self.config.hidden_size)
        return RecurrentState({0: (zeros, zeros)})

    def hidden(self, tokens: Tensor, state: RecurrentState | None) -> Tensor:
        """tokens (B, T) -> what the head reads (B, T, E); with a state, goes on from it and appends to it."""
        state = self.new_state(tokens.size(0)) if state is None else state
        x = self.dropout(self.embedding(tokens))
        if torch.is_grad_enabled():
            x, (h, c) = self.lstm(x, state.newest)
            state.add(tokens.size(1), h, c)
        else:
            x = self._through_cells(x, state)
        projected: Tensor = self.projection(self.dropout(x))
        return projected

    def _through_cells(self, x: Tensor, state: RecurrentState) -> Tensor:
        """x (B, T, E) -> (B, T, H), token by token. Gates lie in the order i, f, o, g: one sigmoid serves three."""
        H = self.config.hidden_size
        h, c = state.newest
        steps: list[list[tuple[Tensor, Tensor]]] = []  # layer by layer, (h, c) after each token
        for layer, (weight, bias) in enumerate(self._fused_cells()):
            inputs = (torch.matmul(x, weight[:-H]) + bias).unbind(1)  # one product for all tokens: T of (B, 4H)
            new_h, new_c, past = h[layer], c[layer], []
            for from_input in inputs:
                gates = torch.addmm(from_input, new_h, weight[-H:])
                opened = torch.sigmoid(gates[:, : 3 * H])
                new_c = opened[:, H : 2 * H] * new_c + opened[:, :H] * torch.tanh(gates[:, 3 * H :])
                new_h = opened[:, 2 * H :] * torch.tanh(new_c)
                past.append((new_h, new_c))
            steps.append(past)
            x = torch.stack([new_h for new_h, _ in past], 1)
        for pairs in zip(*steps, strict=True):
            state.add(1, torch.stack([h for h, _ in pairs]), torch.stack([c for _, c in pairs]))
        return x

    def _fused_cells(self) -> list[tuple[Tensor, Tensor]]:
        if not self._fused:
            for layer in range(self.config.num_hidden_layers):
                w_ih, w_hh, b_ih, b_hh = (
                    getattr(self.lstm, f"{name}_l{layer}").detach()
                    for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
                )
                order = [0, 1, 3, 2]  # torch stores i, f, g, o
                weight = torch.cat([torch.cat([w_ih, w_hh], 1).chunk(4)[i] for i in order])
                bias = torch.cat([(b_ih + b_hh).chunk(4)[i] for i in order])
                self._fused.append((weight.t().contiguous(), bias))
        return self._fused

    def train(self, mode: bool = True) -> "Recurrent":
        self._fused = []  # the weights may change
        return super().train(mode)

    def load_state_dict(self, *arguments: Any, **options: Any) -> Any:  # noqa: ANN401 - passed on as they are
        self._fused = []
        return super().load_state_dict(*arguments, **options)

    def _apply(self, *arguments: Any, **options: Any) -> "Recurrent":  # noqa: ANN401 - to another device or precision
        self._fused = []
        applied: Recurrent = super()._apply(*arguments, **options)  # type: ignore[no-untyped-call]
        return applied

    def forward(self, tokens: Tensor, state: RecurrentState | None = None) -> tuple[Tensor, RecurrentState]:
        """tokens (B, T) int64 -> logits (B, T, V) float32 and the state after them."""
        state = self.new_state(tokens.size(0)) if state is None else state
        return self.head(self.hidden(tokens, state)).float(), state
