"""Which models are installed, and where: read from their JSON files alone, so that nothing here waits for torch."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from writer_app.errors import UserError
from writer_app.paths import model_folders

DEFAULT_MODEL = "base-en"


@dataclass(frozen=True)
class ModelInfo:
    """What is known of a model folder without loading its weights."""

    name: str
    path: Path
    model_type: str  # as in config.json: "llama", "qwen3", "writer-lstm", ...
    parameters: int  # 0 where the folder does not tell
    language: str
    kind: str  # "base", "personal" or "imported"
    card: str  # the model card, Markdown; empty where there is none


def list_models(folders: list[Path] | None = None) -> list[ModelInfo]:
    """The installed models, base models first, by name; of two with one name the user's own wins.

    A folder whose config.json cannot be read is left out here; opening it by name says what is wrong.
    """
    found: dict[str, ModelInfo] = {}
    for folder in model_folders() if folders is None else folders:
        for path in sorted(folder.iterdir()) if folder.is_dir() else []:
            if path.name not in found and (path / "config.json").is_file():
                config = _json(path / "config.json")
                if isinstance(config.get("model_type"), str):
                    found[path.name] = _describe(path, config)
    return sorted(found.values(), key=lambda model: (model.kind != "base", model.name))


def find_model(name_or_path: str | Path, folders: list[Path] | None = None) -> Path:
    """The folder of a model, by its name or its path. Raises UserError naming what is there instead."""
    as_path = Path(name_or_path).expanduser()
    named = [folder / str(name_or_path) for folder in (model_folders() if folders is None else folders)]
    for candidate in [*named, as_path] if len(as_path.parts) == 1 else [as_path]:
        if candidate.is_dir():
            return candidate
    installed = ", ".join(model.name for model in list_models(folders)) or "none"
    raise UserError(
        f"There is no model called {name_or_path}.",
        f"Installed models: {installed}; a path to a model folder works too.",
    )


def _describe(path: Path, config: dict[str, Any]) -> ModelInfo:
    training = _json(path / "training.json")
    card = path / "README.md"
    return ModelInfo(
        name=path.name,
        path=path,
        model_type=config["model_type"],
        parameters=_number(training.get("parameters")),
        language=str(training.get("language", "en")),
        kind=str(training.get("kind", "imported")),
        card=card.read_text(encoding="utf-8", errors="replace") if card.is_file() else "",
    )


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0


def _json(path: Path) -> dict[str, Any]:
    """The file's JSON object; empty where there is none or it is damaged, for a list must not fail for one folder."""
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return value if isinstance(value, dict) else {}
