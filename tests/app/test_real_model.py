"""The window with a real, tiny model: what it suggests, and what is said of a model folder that is not whole."""

from __future__ import annotations

import json
from shutil import copytree
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt

from tests.ui.doubles import Answers, Engine
from writer_app import paths
from writer_app.settings import FILE_NAME, Settings, SettingsStore

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from writer_app.app.composition import Parts
    from writer_app.suggest.worker import Engine as RealEngine


class RealModels(Engine):
    """Opens models as the app does; only remembers what it was asked for."""

    def open(self, model: str, device: str) -> RealEngine:  # type: ignore[override]
        from writer_app.suggest.worker import open_suggester

        self.asked_for.append((model, device))
        return open_suggester(model, device)


@pytest.fixture
def model(trained_model: Path, tmp_path: Path) -> Path:
    return copytree(trained_model, tmp_path / "tiny")


def use(qtbot: QtBot, start: Callable[..., Parts], model: Path, device: str = "cpu") -> Parts:
    """Start with this model chosen, and wait for what comes of it."""
    settings = Settings()
    settings.suggestions.model, settings.suggestions.device = str(model), device
    SettingsStore(paths.config_folder() / FILE_NAME).save(settings)
    parts = start(RealModels())
    window = parts.window
    qtbot.waitUntil(
        lambda: window.banners.banner("model") is not None or window.status.right_text().endswith("CPU"), timeout=60_000
    )
    return parts


def refusal(parts: Parts) -> str:
    banner = parts.window.banners.banner("model")
    assert banner is not None
    assert banner.notice.remedy
    return banner.notice.message


def test_a_suggestion_of_a_real_model_is_taken_with_tab(
    qtbot: QtBot, start: Callable[..., Parts], model: Path, answers: Answers
) -> None:
    parts = use(qtbot, start, model)

    qtbot.keyClicks(parts.window.editor, "The old ")
    qtbot.keyClick(parts.window.editor, Qt.Key.Key_Backslash, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: parts.window.editor.ghost_text() != "", timeout=30_000)
    ghost = parts.window.editor.ghost_text()
    qtbot.keyClick(parts.window.editor, Qt.Key.Key_Tab)

    assert parts.window.editor.text() == "The old " + ghost


def test_a_folder_that_is_not_there_is_said(qtbot: QtBot, start: Callable[..., Parts], tmp_path: Path) -> None:
    parts = use(qtbot, start, tmp_path / "nowhere")

    assert "nowhere" in refusal(parts)


def test_cuda_that_is_asked_for_and_not_there_is_said(
    qtbot: QtBot, start: Callable[..., Parts], model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import torch

    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)

    parts = use(qtbot, start, model, device="cuda")

    assert "CUDA" in refusal(parts)


def test_weights_that_are_cut_short_are_said(qtbot: QtBot, start: Callable[..., Parts], model: Path) -> None:
    weights = next(model.glob("*.safetensors"))
    weights.write_bytes(weights.read_bytes()[:1000])

    parts = use(qtbot, start, model)

    assert weights.name in refusal(parts)


def test_a_model_of_a_foreign_kind_is_said(qtbot: QtBot, start: Callable[..., Parts], model: Path) -> None:
    config = json.loads((model / "config.json").read_text())
    (model / "config.json").write_text(json.dumps(config | {"model_type": "bert"}))

    parts = use(qtbot, start, model)

    assert "bert" in refusal(parts)


def test_weights_of_another_shape_are_said_and_writing_goes_on(
    qtbot: QtBot, start: Callable[..., Parts], model: Path
) -> None:
    config = json.loads((model / "config.json").read_text())
    (model / "config.json").write_text(json.dumps(config | {"hidden_size": config["hidden_size"] * 2}))

    parts = use(qtbot, start, model)
    qtbot.keyClicks(parts.window.editor, "Still writing.")

    assert refusal(parts)
    assert parts.window.editor.text() == "Still writing."
