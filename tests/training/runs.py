"""Small training runs, the same in a test and in a child process that is killed."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from writer_app.training.corpus import Corpus, prepare
from writer_app.training.recipe import ModelRecipe, Recipe, TokenizerRecipe, TrainingRecipe
from writer_app.training.trainer import Trainer

MODELS = {
    "transformer": ModelRecipe(
        layers=2, width=32, intermediate=48, heads=4, key_value_heads=2, context=32, dropout=0.1
    ),
    "lstm": ModelRecipe(kind="lstm", layers=2, width=40, embedding=24, dropout=0.1),
}


def recipe(kind: str = "transformer", **training: Any) -> Recipe:
    """Forty steps, a checkpoint every ten."""
    values: dict[str, Any] = {
        "steps": 40, "batch": 8, "length": 24, "learning_rate": 0.01, "validate_every": 20, "checkpoint_every": 10,
        "validation_tokens": 500, "precision": "float32", "optimiser": "muon" if kind == "transformer" else "adamw",
    }  # fmt: skip
    return Recipe(
        validation_share=0.05,
        tokenizer=TokenizerRecipe(vocabulary=420),
        model=MODELS[kind],
        training=TrainingRecipe(**values | training),
    )


def trainer(
    kind: str, stories: Path, folder: Path, report: Callable[[dict[str, Any]], None] = lambda _: None, **training: Any
) -> Trainer:
    made = recipe(kind, **training)
    return Trainer(made, corpus_of(stories, made), folder, report, "cpu")


def corpus_of(stories: Path, made: Recipe) -> Corpus:
    return prepare([stories], made, stories.parent / "cache")
