"""The decoding session: keeps what a network has seen, so that the next question about nearly the same text is cheap.

`logits(tokens)` answers what may follow `tokens`. It goes on from the longest common prefix with what was asked before:
typing one more character costs about one model step, and going back costs none.
"""

from collections.abc import Callable

import torch
from torch import Tensor

from writer_app.lm.model import Network

HEADROOM = 48  # tokens kept free behind the text for a suggestion
RECURRENT_LEAST, RECURRENT_STRIDE = 512, 1024  # tokens
PORTION = 64  # tokens read between two looks at whether to go on
REMEMBERED = 64  # answers kept, each of V floats


class DecodingSession:
    """One text, one network, one row."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._device = network.embedding.weight.device
        self._state = network.new_state()
        self._seen: list[int] = []
        self._remembered: dict[tuple[int, ...], Tensor] = {}  # tokens -> logits, in order of use

    def window_start(self, length: int, behind: int = 0) -> int:
        """The first of `length` tokens that the network looks at.

        `behind` says how many tokens of a suggestion follow them. A Transformer's window is cut in steps of a quarter
        of its context, so that typing on seldom moves it, and a suggestion only where it outgrows the headroom. A
        recurrent network could carry its state on for ever, but would then read a whole book when one is opened: its
        window is cut in steps of RECURRENT_STRIDE.
        """
        if self._network.context is None:
            return max(0, (length - RECURRENT_LEAST) // RECURRENT_STRIDE * RECURRENT_STRIDE)
        context = self._network.context
        stride = max(1, context // 4)
        too_long = max(length - (context - min(HEADROOM, context // 2)), 0)
        start = -(-too_long // stride) * stride
        too_long = max(length + behind - start - context, 0)
        return start + -(-too_long // stride) * stride

    def logits(self, tokens: list[int], start: int = 0, between: Callable[[], None] | None = None) -> Tensor:
        """Logits (V,) of the token after `tokens[start:]`, which must not be empty.

        What is new is read in portions of PORTION tokens, with a call of `between` before each; it may raise to give up.
        Raises ValueError where the tokens exceed the context: `window_start` gives a start with which they do not.
        """
        window = tokens[start:]
        key = (start, *window)
        if key in self._remembered:
            self._remembered[key] = self._remembered.pop(key)  # now the newest
            return self._remembered[key]
        common = 0
        # the last token is always fed: its logits are wanted
        for seen, token in zip(self._seen, window[:-1], strict=False):
            if seen != token:
                break
            common += 1
        self._state = self._state.cut(common)
        common = self._state.length
        self._seen = window[:common]  # true also where what follows is given up
        with torch.inference_mode():
            hidden = torch.empty(0)
            for at in range(common, len(window), PORTION):
                if between is not None:
                    between()
                portion = window[at : at + PORTION]
                hidden = self._network.hidden(torch.tensor([portion], device=self._device), self._state)
                self._seen = window[: at + len(portion)]
            logits: Tensor = self._network.head(hidden[:, -1])[0].float()
        self._remembered[key] = logits
        if len(self._remembered) > REMEMBERED:
            del self._remembered[next(iter(self._remembered))]
        return logits
