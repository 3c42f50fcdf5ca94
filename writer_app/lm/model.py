"""The one interface of every language model here: tokens in, logits out, with a state that can be cut back.

`transformer.py` and `recurrent.py` implement it; `session.py` and `training` use nothing else.
"""

from abc import ABC, abstractmethod
from typing import Any, Protocol

from torch import Tensor, nn


class State(ABC):
    """What a network has seen. Its length is the truth about how many tokens that is."""

    @property
    @abstractmethod
    def length(self) -> int:
        """Tokens seen."""

    @abstractmethod
    def cut(self, length: int) -> "State":
        """The state as it was after the first `length` tokens or, where that is not known, after the most that is.

        The result's `length` says how many; self must not be used afterwards. Raises ValueError beyond its length.
        """

    @abstractmethod
    def copy(self, rows: int = 1) -> "State":
        """An independent copy in which every row of the batch stands `rows` times."""


class Network(Protocol):
    """A language model. B batch, T new tokens, C width, V vocabulary."""

    embedding: nn.Embedding
    head: nn.Linear

    @property
    def context(self) -> int | None:
        """The most tokens it can look back on; None where the state carries everything."""

    def new_state(self, batch: int = 1) -> Any: ...  # noqa: ANN401 - each network has a state class of its own

    def hidden(self, tokens: Tensor, state: Any) -> Tensor:  # noqa: ANN401
        """tokens (B, T) -> last layer (B, T, C)."""

    def __call__(self, tokens: Tensor, state: Any = None) -> tuple[Tensor, Any]:  # noqa: ANN401
        """tokens (B, T) int64 -> logits (B, T, V) float32, and the state after them."""
