"""Stand-ins for the writer's answers and for the model."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from writer_app.documents.runs import Kind, Origin, Origins, Run
from writer_app.suggest import Suggestion, SuggestionSettings
from writer_app.suggest.worker import LoadedModel
from writer_app.ui.document_session import Leave

if TYPE_CHECKING:
    from collections.abc import Callable

    from writer_app.errors import UserError


class Answers:
    """Answers every question of the window at once, and notes what was asked."""

    def __init__(self) -> None:
        self.to_leave = Leave.CANCEL
        self.path: Path | None = None
        self.asked: list[str] = []

    def leave(self, name: str) -> Leave:
        self.asked.append(f"leave {name}")
        return self.to_leave

    def save_path(self, suggested: Path) -> Path | None:
        self.asked.append(f"save {suggested.name}")
        return self.path

    def open_path(self, folder: Path) -> Path | None:
        self.asked.append("open")
        return self.path

    def export_path(self, suggested: Path, kind: str) -> Path | None:
        self.asked.append(f"export {suggested.name}")
        return self.path


class Engine:
    """A model that goes on with one and the same text; notes what it was asked."""

    def __init__(self, text: str = " and the sea was still", device: str = "cpu") -> None:
        self.text = text
        self.device = device
        self.refusals: dict[tuple[str, str], UserError] = {}  # (model, device) -> what is wrong
        self.asked_for: list[tuple[str, str]] = []  # what was to be loaded
        self.settings: list[SuggestionSettings] = []
        self._name = ""

    def open(self, model: str, device: str) -> Engine:
        self.asked_for.append((model, device))
        if (model, device) in self.refusals:
            raise self.refusals[model, device]
        self._name = model
        return self

    def describe(self) -> LoadedModel:
        return LoadedModel(self._name, Path("/models") / self._name, "llama", 5_200_000, self.device, "en")

    def suggest(
        self,
        before: str,
        after: str = "",
        settings: SuggestionSettings = SuggestionSettings(),  # noqa: B008  # as the protocol has it
        *,
        on_progress: Callable[[Suggestion], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> list[Any]:
        self.settings.append(settings)
        return [Suggestion(self.text, 0.5, (), self._name)] if self.text else []


class PlainDraft:
    """A text with origins, a cursor and whether it was edited: all that a document session needs of an editor."""

    def __init__(self) -> None:
        self._text = ""
        self._origins = Origins()
        self._cursor = 0
        self._modified = False

    def text(self) -> str:
        return self._text

    def origins(self) -> Origins:
        return self._origins

    def cursor(self) -> int:
        return self._cursor

    def load(self, text: str, origins: Origins, cursor: int = 0) -> None:
        self._text, self._origins, self._cursor, self._modified = text, origins, cursor, False

    def is_modified(self) -> bool:
        return self._modified

    def set_modified(self, modified: bool) -> None:
        self._modified = modified

    def type(self, text: str) -> None:
        """Write at the end."""
        self._origins = Origins.from_runs([*self._origins.runs, Run(len(text), Origin(Kind.TYPED))])
        self._text += text
        self._cursor = len(self._text)
        self._modified = True
