"""What a pretraining run is made of: a TOML file, read into dataclasses that refuse what they do not know."""

import tomllib
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, TypeVar

from writer_app.errors import UserError

T = TypeVar("T")


@dataclass(frozen=True)
class TokenizerRecipe:
    """How the pieces are learned."""

    vocabulary: int = 8192
    sample_characters: int = 12_000_000  # learned from the beginnings of evenly spread documents


@dataclass(frozen=True)
class ModelRecipe:
    """Architecture and sizes; `kind` is "transformer" or "lstm", and only its own sizes are read."""

    kind: str = "transformer"
    layers: int = 6
    width: int = 384
    intermediate: int = 1024  # transformer: inside the feed-forward
    heads: int = 6  # transformer
    key_value_heads: int = 2  # transformer
    context: int = 256  # transformer: tokens it looks back on
    embedding: int = 512  # lstm
    dropout: float = 0.0


@dataclass(frozen=True)
class TrainingRecipe:
    """How long, how fast and in what portions."""

    steps: int = 5000
    batch: int = 16  # sequences a step
    length: int = 256  # tokens a sequence
    optimiser: str = "muon"  # "muon" (with AdamW for embeddings and norms) or "adamw"
    learning_rate: float = 4e-3
    matrix_learning_rate: float = 0.02  # Muon's
    weight_decay: float = 0.01
    warmup: float = 0.02  # share of the steps
    decay: float = 0.5  # share of the steps
    clip_norm: float = 1.0
    validate_every: int = 250
    validation_tokens: int = 40_000
    checkpoint_every: int = 250
    precision: str = "auto"  # "float32", "bfloat16", or "auto": bfloat16 where a probe finds it at least twice as fast
    compile: bool = False  # torch.compile; needs a C++ compiler
    threads: int = 1
    seed: int = 1


@dataclass(frozen=True)
class Recipe:
    """A whole run. `language` and `description` are kept in training.json."""

    language: str = "en"
    description: str = ""
    validation_share: float = 0.004  # of the documents, chosen by the hash of their text
    tokenizer: TokenizerRecipe = field(default_factory=TokenizerRecipe)
    model: ModelRecipe = field(default_factory=ModelRecipe)
    training: TrainingRecipe = field(default_factory=TrainingRecipe)


_SECTIONS: dict[str, type] = {"tokenizer": TokenizerRecipe, "model": ModelRecipe, "training": TrainingRecipe}
_CHOICES = {
    "kind": ("transformer", "lstm"),
    "optimiser": ("muon", "adamw"),
    "precision": ("auto", "float32", "bfloat16"),
}


_COUNT = (1, 2**31 - 1)  # of all whole numbers that are not named below
_RANGES: dict[str, tuple[float, float]] = {
    "validation_share": (0.0, 1.0),
    "vocabulary": (260, 65536),  # at least the bytes and the control pieces; ids are kept in 16 bits
    "dropout": (0.0, 0.99),
    "learning_rate": (0.0, 100.0),
    "matrix_learning_rate": (0.0, 100.0),
    "weight_decay": (0.0, 100.0),
    "warmup": (0.0, 1.0),
    "decay": (0.0, 1.0),
    "clip_norm": (1e-9, 1e9),
    "seed": (0, 2**63 - 1),
}
_RANGES |= {
    f.name: _COUNT for part in _SECTIONS.values() for f in fields(part) if f.type is int and f.name not in _RANGES
}


def load_recipe(path: Path) -> Recipe:
    """Read a recipe. Raises UserError naming the file and the key that is wrong."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UserError(f"The recipe {path} cannot be read: {error.strerror}.", "Check the path.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UserError(f"The recipe {path} is not valid TOML: {error}.", "Correct it there.") from error
    sections: dict[str, Any] = {
        name: _read(kind, table.pop(name, {}), f"{path}, [{name}]") for name, kind in _SECTIONS.items()
    }
    recipe = _read(Recipe, table | sections, str(path))
    _check_sizes(recipe, path)
    return recipe


def _read(kind: type[T], table: dict[str, Any], where: str) -> T:
    if not isinstance(table, dict):
        raise UserError(f"{where} should be a table of settings, not {table!r}.", "Correct it there.")
    known = {f.name: f for f in fields(kind)}  # type: ignore[arg-type]
    for key, value in table.items():
        if key not in known:
            raise UserError(f"{where}: there is no setting called {key}.", f"It may hold {', '.join(known)}.")
        expected = type(known[key].default) if key not in _SECTIONS else _SECTIONS[key]
        if expected is float and type(value) is int:
            table[key] = float(value)
        elif type(value) is not expected:
            raise UserError(
                f"{where}: {key} should be of type {expected.__name__}, not {value!r}.", "Correct it there."
            )
        if key in _CHOICES and value not in _CHOICES[key]:
            raise UserError(f"{where}: {key} cannot be {value!r}.", f"It is one of {', '.join(_CHOICES[key])}.")
        if key in _RANGES and not _RANGES[key][0] <= value <= _RANGES[key][1]:
            low, high = _RANGES[key]
            raise UserError(f"{where}: {key} should be between {low:g} and {high:g}, not {value}.", "Correct it there.")
    return kind(**table)


def _check_sizes(recipe: Recipe, path: Path) -> None:
    """What must fit together for the network to be built."""
    model = recipe.model
    if model.kind != "transformer":
        return
    for large, small in (("width", "heads"), ("heads", "key_value_heads")):
        if getattr(model, large) % getattr(model, small):
            raise UserError(
                f"{path}, [model]: {large} = {getattr(model, large)} is no multiple of {small} = {getattr(model, small)}.",
                "Correct one of them.",
            )
    if model.width // model.heads % 2:
        raise UserError(
            f"{path}, [model]: width / heads = {model.width // model.heads} is odd, but positions turn pairs of numbers.",
            "Correct one of them.",
        )
    if recipe.training.length > model.context:
        raise UserError(
            f"{path}: length = {recipe.training.length} in [training] exceeds context = {model.context} in [model].",
            "Correct one of them.",
        )
