"""The models that the repository carries: whole, described, and able to help."""

import json
from pathlib import Path

import pytest

from writer_app.models import list_models
from writer_app.suggest import Suggester, SuggestionSettings

NAMES = ("base-en", "base-en-lstm")
MIB = 1024 * 1024


@pytest.fixture(scope="module", params=NAMES)
def suggester(request: pytest.FixtureRequest) -> Suggester:
    return Suggester.open(request.param, "cpu")


def folder(name: str) -> Path:
    return next(model.path for model in list_models() if model.name == name)


@pytest.mark.parametrize("name", NAMES)
def test_no_file_is_over_the_repositorys_limit(name: str) -> None:
    assert max(path.stat().st_size for path in folder(name).iterdir()) <= 16 * MIB


@pytest.mark.parametrize("name", NAMES)
def test_a_card_and_the_provenance_come_with_the_weights(name: str) -> None:
    facts = json.loads((folder(name) / "training.json").read_text(encoding="utf-8"))

    assert {"recipe", "corpus", "seed", "curve", "device", "seconds", "sha256"} <= set(facts)
    card = (folder(name) / "README.md").read_text(encoding="utf-8")
    assert f"{facts['parameters']:,}" in card
    assert "## Limits" in card
    assert "## Licence" in card


def test_a_common_phrase_is_completed(suggester: Suggester) -> None:
    [suggestion, *_] = suggester.suggest("He shook his head. “I don’t kn")

    assert suggestion.text.startswith("ow")


def test_a_suggestion_is_words_in_the_drafts_own_typography(suggester: Suggester) -> None:
    [suggestion, *_] = suggester.suggest("“No,” she said. “I can’t go back there.” He looked at her and")

    assert suggestion.text.startswith(" ")
    assert 1 <= len(suggestion.text.split()) <= 6
    assert '"' not in suggestion.text


def test_a_daring_temperature_gives_other_words_for_each_seed(suggester: Suggester) -> None:
    texts = {
        suggester.suggest("The road went on", settings=SuggestionSettings(temperature=1.0, seed=seed))[0].text
        for seed in range(6)
    }

    assert len(texts) >= 5


def test_how_often_it_speaks_has_been_measured(suggester: Suggester) -> None:
    settings = SuggestionSettings(show_rate=0.05)

    assert suggester.suggest("“What do you mea", settings=settings)
    assert not suggester.suggest("He took the ", settings=settings)
