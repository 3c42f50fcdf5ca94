"""`pretrain` from a corpus file to a model folder that can be asked."""

import functools
import json
from pathlib import Path
from typing import Any

import pytest

from tests.training.runs import MODELS, recipe
from writer_app.errors import UserError
from writer_app.lm import load_model
from writer_app.models import list_models
from writer_app.training import pretrain as pretrain_module
from writer_app.training.pretrain import pretrain


@pytest.fixture(autouse=True)
def few_moments_of_calibration(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pretrain_module, "calibrate", functools.partial(pretrain_module.calibrate, count=2))


@pytest.mark.parametrize("kind", MODELS)
def test_a_recipe_and_a_corpus_become_a_model_folder(kind: str, stories_file: Path, tmp_path: Path) -> None:
    events: list[dict[str, Any]] = []
    output = tmp_path / "models" / "mine"

    pretrain(
        recipe(kind), [stories_file], output, stories_file.parent / "cache", events.append, resume=False, device="cpu"
    )

    loaded = load_model(output, "cpu")
    assert loaded.tokenizer.decode(loaded.tokenizer.encode("The keeper")) == "The keeper"
    assert [event["event"] for event in events if event["event"] not in {"step", "validation"}] == [
        "prepare", "corpus", "start", "calibrate", "done",
    ]  # fmt: skip
    assert list_models([tmp_path / "models"])[0].parameters == loaded.parameters
    told = json.loads((output / "training.json").read_text())
    assert told["recipe"]["training"]["steps"] == 40
    assert told["tokens"] == 40 * 8 * 24
    assert told["corpus"]["files"].keys() == {"stories.jsonl"}
    assert [point["step"] for point in told["curve"]] == [20, 40]
    assert (told["device"], told["precision"], told["seed"]) == ("cpu", "float32", 1)


def test_a_folder_that_holds_a_run_is_not_written_over_by_mistake(stories_file: Path, tmp_path: Path) -> None:
    def run(steps: int, *, resume: bool) -> list[dict[str, Any]]:
        events: list[dict[str, Any]] = []
        made = recipe("transformer", steps=steps)
        pretrain(
            made, [stories_file], tmp_path / "mine", tmp_path / "cache", events.append, resume=resume, device="cpu"
        )
        return events

    run(10, resume=False)

    with pytest.raises(UserError, match="already holds a run"):
        run(20, resume=False)
    events = run(20, resume=True)
    assert {"event": "resume", "step": 10} in events
