"""What a model's own probabilities are worth: from generation.json in its folder, measured by `training/calibrate.py`.

A network's product of probabilities is not how often a writer goes on just so. Two numbers fitted on held-out text
(Platt 1999) make it one; the quantiles of the result say which confidence to ask for, to speak at a chosen share of
pauses.
"""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from writer_app.errors import UserError

FILE = "generation.json"


@dataclass(frozen=True)
class Calibration:
    """confidence = sigmoid(slope * log-probability + offset); without `quantiles` the model has not been measured."""

    slope: float = 1.0
    offset: float = 0.0
    quantiles: Sequence[float] = ()  # of the confidence over pauses, evenly spaced from the least to the most

    def confidence(self, log_probability: float) -> float:
        """How probable it is that the writer types just this, 0..1; the bare probability if it was not measured."""
        if not self.quantiles:
            return math.exp(min(0.0, log_probability))
        return 1 / (1 + math.exp(-max(-50.0, min(50.0, self.slope * log_probability + self.offset))))

    def threshold(self, show_rate: float) -> float:
        """The confidence from which to speak, so as to do it at `show_rate` of the pauses; 1 is always, 0 never.

        Raises UserError where the model has not been measured.
        """
        if show_rate >= 1.0:
            return 0.0
        if show_rate <= 0.0:
            return math.inf
        if not self.quantiles:
            raise UserError(
                f"This model has not been measured (it has no {FILE}), so it cannot speak at a share of {show_rate:g} of the pauses.",
                "Let it speak always, or choose another model.",
            )
        position = (1 - show_rate) * (len(self.quantiles) - 1)
        low = int(position)
        return self.quantiles[low] + (position - low) * (
            self.quantiles[min(low + 1, len(self.quantiles) - 1)] - self.quantiles[low]
        )


def load_calibration(folder: Path) -> Calibration:
    """The folder's calibration, or none where there is no file. Raises UserError where it is damaged."""
    path = folder / FILE
    if not path.is_file():
        return Calibration()
    try:
        value = json.loads(path.read_text(encoding="utf-8"))["confidence"]
        return Calibration(float(value["slope"]), float(value["offset"]), tuple(map(float, value["quantiles"])))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UserError(f"{path} is damaged: {error!r}.", "Install the model again.") from error
