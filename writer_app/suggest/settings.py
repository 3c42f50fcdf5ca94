"""What can be asked of a suggestion, and what comes back. Pure Python: importing this waits for nothing."""

from dataclasses import dataclass

MOST_WORDS = 60
MOST_ALTERNATIVES = 8


@dataclass(frozen=True)
class SuggestionSettings:
    """How to suggest. Raises ValueError, naming the setting and its range, for a value out of range."""

    temperature: float = 0.0  # 0 always takes the likeliest token; higher is more daring
    length: int = 6  # most words
    alternatives: int = 1
    top_k: int = 0  # 0: off
    top_p: float = 1.0  # 1: off
    min_p: float = 0.0  # 0: off
    repetition_penalty: float = 1.0  # 1: off
    seed: int = 0
    show_rate: float = 1.0  # share of pauses at which to speak; 1: always

    def __post_init__(self) -> None:
        _check("temperature", self.temperature, 0.0, 5.0)
        _check("length", self.length, 1, MOST_WORDS)
        _check("alternatives", self.alternatives, 1, MOST_ALTERNATIVES)
        _check("top_k", self.top_k, 0, 1_000_000)
        _check("top_p", self.top_p, 1e-6, 1.0)
        _check("min_p", self.min_p, 0.0, 1.0)
        _check("repetition_penalty", self.repetition_penalty, 0.5, 5.0)
        _check("seed", self.seed, 0, 2**63 - 1)
        _check("show_rate", self.show_rate, 0.0, 1.0)


def _check(name: str, value: float, low: float, high: float) -> None:
    if not low <= value <= high:
        message = f"{name} should be between {low:g} and {high:g}, not {value}"
        raise ValueError(message)


@dataclass(frozen=True)
class Token:
    """One step of the model, for the inspector: probabilities are the network's own, before temperature."""

    text: str
    probability: float
    alternatives: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True)
class Suggestion:
    """One way to go on."""

    text: str  # exactly what would be inserted at the cursor
    confidence: float  # probability that the writer types just this, 0..1
    tokens: tuple[Token, ...]
    model: str
