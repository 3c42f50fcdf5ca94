"""The tour with a stand-in model; with base-en it is run by `make run`."""

from __future__ import annotations

import json
import os
from itertools import pairwise
from typing import TYPE_CHECKING
from zipfile import ZipFile

import pytest

from tests.ui.doubles import Engine
from writer_app.app.tour import run_tour
from writer_app.documents.files import read_text
from writer_app.errors import UserError

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

KEYS = {"action", "text_before", "text_after", "suggestion", "model", "milliseconds"}


@pytest.fixture
def output(qtbot: QtBot, user_folders: Path, tmp_path: Path) -> Path:
    return tmp_path / "tour"


def test_the_tour_leaves_its_record_pictures_and_exports(output: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_tour(output, Engine(text=" was still listening to the bell").open) == 0

    steps = json.loads((output / "tour.json").read_text(encoding="utf-8"))
    assert all(set(step) == KEYS for step in steps)
    actions = " / ".join(step["action"] for step in steps)
    for part in ("open", "type", "Ctrl+Right", "Tab", "undo", "temperature 0.6", "save", "export docx", "export pdf"):
        assert part in actions
    for name in ("light.png", "dark.png", "settings.png", "sepia.png"):
        assert (output / name).read_bytes().startswith(b"\x89PNG")
    assert capsys.readouterr().out.count("tour: ") > len(steps)


def test_the_record_tells_how_each_step_changed_the_text(output: Path) -> None:
    run_tour(output, Engine(text=" was still listening").open)
    steps = json.loads((output / "tour.json").read_text(encoding="utf-8"))

    for before, after in pairwise(steps):
        assert after["text_before"] == before["text_after"]
    word = next(step for step in steps if "Ctrl+Right" in step["action"])
    assert word["text_after"] == word["text_before"] + " was" == word["text_before"] + word["suggestion"]
    rest = next(step for step in steps if "the rest (Tab)" in step["action"])
    assert rest["suggestion"] == " still listening"
    undone = next(step for step in steps if "undo" in step["action"])
    assert undone["text_after"] == rest["text_before"]
    assert {step["model"] for step in steps} == {"base-en"}


def test_the_exports_and_the_draft_hold_the_text_of_the_last_step(output: Path) -> None:
    run_tour(output, Engine(text=" was still listening").open)
    last = json.loads((output / "tour.json").read_text(encoding="utf-8"))[-1]["text_after"]

    draft = next(path for path in output.glob("*.md"))
    assert read_text(draft).text == last
    with ZipFile(draft.with_suffix(".docx")) as archive:
        assert "was still listening" in archive.read("word/document.xml").decode("utf-8")
    assert draft.with_suffix(".pdf").read_bytes().startswith(b"%PDF")


def test_the_tour_stays_out_of_the_users_own_folders(output: Path, user_folders: Path) -> None:
    before = dict(os.environ)

    run_tour(output, Engine().open)

    assert list(user_folders.rglob("*")) == []
    assert {name: os.environ.get(name) for name in before} == before


def test_a_step_that_fails_is_one_line_and_exit_code_one(output: Path, capsys: pytest.CaptureFixture[str]) -> None:
    engine = Engine()
    engine.refusals["base-en", "auto"] = UserError("There is no model called base-en.", "Installed models: none.")

    assert run_tour(output, engine.open) == 1

    assert capsys.readouterr().err == "writer-app: There is no model called base-en. Installed models: none.\n"


def test_an_output_folder_that_cannot_be_made_is_one_line_too(output: Path, capsys: pytest.CaptureFixture[str]) -> None:
    output.write_text("a file")

    assert run_tour(output, Engine().open) == 1

    assert len(capsys.readouterr().err.splitlines()) == 1
