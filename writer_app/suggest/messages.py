"""What the window and the suggesting thread say to each other. Immutable, free of Qt and torch."""

from dataclasses import dataclass
from pathlib import Path

from writer_app.suggest.settings import Suggestion, SuggestionSettings


@dataclass(frozen=True)
class Request:
    """Go on from here. `revision` comes back with the answer."""

    revision: int
    text_before: str
    text_after: str
    settings: SuggestionSettings


@dataclass(frozen=True)
class Answer:
    """What came of a request; with final=False the first suggestion so far, which can only grow."""

    revision: int
    suggestions: tuple[Suggestion, ...]
    milliseconds: float  # from the start of the work to this answer
    final: bool


@dataclass(frozen=True)
class LoadedModel:
    """The model that answers from now on."""

    name: str
    path: Path
    model_type: str
    parameters: int
    device: str  # "cpu" or "cuda"
    language: str


class CancelledError(Exception):
    """A newer request has come: the running one is given up."""
