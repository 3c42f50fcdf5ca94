"""What several folders of tests need. torch is imported by the fixtures that use it, not by those who need none."""

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.texts import story

if TYPE_CHECKING:
    from writer_app.lm.tokenizer import Tokenizer

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")  # before any test makes an application


@pytest.fixture(scope="session")
def tokenizer() -> "Tokenizer":
    """Trained on generated stories: 256 bytes and some hundred pieces of English."""
    from writer_app.lm.tokenizer import train_tokenizer

    return train_tokenizer([story(seed) for seed in range(20)], 420)


@pytest.fixture(scope="session")
def stories_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A corpus file of 150 generated stories."""
    path = tmp_path_factory.mktemp("corpus") / "stories.jsonl"
    path.write_text("".join(json.dumps({"text": story(seed)}) + "\n" for seed in range(150)), encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def trained_model(stories_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a Transformer of some 60,000 parameters, trained for a few seconds: it has learned the sentences."""
    from writer_app.lm.folder import save_model
    from writer_app.training.corpus import prepare
    from writer_app.training.recipe import ModelRecipe, Recipe, TokenizerRecipe, TrainingRecipe
    from writer_app.training.trainer import Trainer

    folder = tmp_path_factory.mktemp("model")
    recipe = Recipe(
        validation_share=0.05,
        tokenizer=TokenizerRecipe(vocabulary=420),
        model=ModelRecipe(layers=2, width=48, intermediate=96, heads=4, key_value_heads=2, context=128),
        training=TrainingRecipe(
            steps=140, batch=16, length=48, learning_rate=0.01, validate_every=140, checkpoint_every=140,
            precision="float32",
        ),
    )  # fmt: skip
    corpus = prepare([stories_file], recipe, folder / "cache")
    trainer = Trainer(recipe, corpus, folder / "checkpoints", lambda _: None, "cpu")
    trainer.run()
    trainer.network.eval()
    save_model(folder / "tiny", trainer.network, corpus.tokenizer, language="en", provenance={"curve": trainer.curve})
    return folder / "tiny"
