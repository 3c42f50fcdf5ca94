"""The list of models: read from their JSON files alone, and no damaged folder spoils it."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from writer_app.errors import UserError
from writer_app.models import find_model, list_models


def folder(parent: Path, name: str, config: dict[str, Any] | str | None, **training: Any) -> Path:
    path = parent / name
    path.mkdir(parents=True)
    if config is not None:
        (path / "config.json").write_text(config if isinstance(config, str) else json.dumps(config))
    if training:
        (path / "training.json").write_text(json.dumps(training))
    return path


@pytest.fixture
def folders(tmp_path: Path) -> list[Path]:
    own, ours = tmp_path / "own", tmp_path / "ours"
    folder(ours, "base-zh", {"model_type": "qwen3"}, kind="base", language="zh", parameters=5)
    folder(ours, "base-en", {"model_type": "qwen3"}, kind="base", language="en", parameters=7)
    folder(own, "mine", {"model_type": "writer-lstm"}, kind="personal", language="en", parameters=3)
    folder(own, "found", {"model_type": "llama"})
    return [own, ours]


def test_base_models_come_first_then_by_name(folders: list[Path]) -> None:
    models = list_models(folders)

    assert [(model.name, model.kind, model.parameters, model.language) for model in models] == [
        ("base-en", "base", 7, "en"),
        ("base-zh", "base", 5, "zh"),
        ("found", "imported", 0, "en"),
        ("mine", "personal", 3, "en"),
    ]
    assert [model.model_type for model in models] == ["qwen3", "qwen3", "llama", "writer-lstm"]


def test_the_users_own_model_wins_over_one_of_its_name(folders: list[Path]) -> None:
    folder(folders[0], "base-en", {"model_type": "llama"}, kind="personal")

    found = {model.name: model for model in list_models(folders)}["base-en"]

    assert found.path == find_model("base-en", folders) == folders[0] / "base-en"
    assert found.kind == "personal"


def test_the_card_is_read_as_it_stands(folders: list[Path]) -> None:
    (folders[0] / "mine" / "README.md").write_bytes("# Mine\n\nNaïve.\n".encode() + b"\xff")

    cards = {model.name: model.card for model in list_models(folders)}

    assert cards["mine"] == "# Mine\n\nNaïve.\n\ufffd"
    assert cards["found"] == ""


@pytest.mark.parametrize("config", [None, "{", "[]", "3", '{"model_type": 3}', "{}"])
def test_a_damaged_folder_is_left_out_of_the_list(folders: list[Path], config: str | None) -> None:
    folder(folders[0], "another", config)

    assert "another" not in {model.name for model in list_models(folders)}
    assert len(list_models(folders)) == 4


def test_folders_that_are_not_there_hold_no_models(tmp_path: Path) -> None:
    assert list_models([tmp_path / "nowhere"]) == []


def test_damaged_facts_leave_a_model_that_can_be_chosen(folders: list[Path]) -> None:
    (folders[0] / "mine" / "training.json").write_text('{"parameters": "many"')

    mine = next(model for model in list_models(folders) if model.name == "mine")

    assert (mine.parameters, mine.kind) == (0, "imported")


def test_a_model_is_found_by_path_as_well(folders: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    path = folders[0] / "mine"

    assert find_model(path, folders) == path
    assert find_model(str(path), []) == path
    monkeypatch.chdir(folders[0])
    assert find_model("mine", []) == Path("mine")


def test_a_name_that_is_not_there_is_refused_with_those_that_are(folders: list[Path]) -> None:
    with pytest.raises(UserError) as caught:
        find_model("mein", folders)

    assert caught.value.message == "There is no model called mein."
    assert "base-en, base-zh, found, mine" in caught.value.remedy
    with pytest.raises(UserError, match="Installed models: none"):
        find_model("mein", [])


def test_listing_models_waits_for_nothing_heavy() -> None:
    code = "import sys, writer_app.models; print({'torch', 'numpy', 'PySide6'} & set(sys.modules))"

    run = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=True)

    assert run.stdout.strip() == "set()"
