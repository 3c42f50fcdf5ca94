"""Confidence: fitted on held-out text, kept in generation.json, asked for by show rate."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from tests.texts import story
from writer_app.errors import UserError
from writer_app.suggest import SuggestionSettings
from writer_app.suggest.calibration import FILE, Calibration, load_calibration
from writer_app.suggest.suggester import Suggester
from writer_app.training.calibrate import calibrate, platt


def test_platt_finds_the_slope_and_offset_that_made_the_data() -> None:
    luck = np.random.default_rng(0)
    x = luck.uniform(-8, 0, 40_000)
    y = (luck.random(40_000) < 1 / (1 + np.exp(-(0.7 * x + 1.5)))).astype(float)

    slope, offset = platt(x, y)

    assert slope == pytest.approx(0.7, abs=0.03)
    assert offset == pytest.approx(1.5, abs=0.08)


def test_platt_answers_where_nothing_was_ever_kept() -> None:
    slope, offset = platt(np.linspace(-9, -1, 50), np.zeros(50))

    assert np.isfinite([slope, offset]).all()
    assert 1 / (1 + np.exp(-(slope * -5 + offset))) < 0.05


def test_the_threshold_lies_at_the_share_that_is_to_be_shown() -> None:
    calibration = Calibration(1.0, 0.0, [i / 100 for i in range(101)])

    assert calibration.threshold(1.0) == 0.0
    assert calibration.threshold(0.25) == pytest.approx(0.75)
    assert calibration.threshold(0.333) == pytest.approx(0.667)
    assert calibration.threshold(0.0) > 1


def test_a_model_that_was_not_measured_says_so(trained_model: Path) -> None:
    suggester = Suggester.open(trained_model, "cpu")

    with pytest.raises(UserError, match="has not been measured"):
        suggester.suggest("The ", settings=SuggestionSettings(show_rate=0.5))


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text('{"confidence": {"slope": 1}}')

    with pytest.raises(UserError, match=FILE):
        load_calibration(tmp_path)


def test_a_measured_model_speaks_at_about_the_share_that_was_chosen(trained_model: Path, tmp_path: Path) -> None:
    folder = tmp_path / "measured"
    shutil.copytree(trained_model, folder)
    calibrate(folder, ["\n\n".join(story(seed) for seed in range(700, 720))], count=8)
    suggester = Suggester.open(folder, "cpu")
    text = "\n\n".join(story(seed) for seed in range(800, 808))
    moments = [text[:end] for end in range(300, len(text), 37)]

    always = sum(bool(suggester.suggest(before)) for before in moments)
    half = sum(bool(suggester.suggest(before, settings=SuggestionSettings(show_rate=0.5))) for before in moments)

    assert 0.3 < half / always < 0.7
    facts = json.loads((folder / FILE).read_text())
    assert 0 < facts["confidence"]["kept"] < 1
    assert facts["tokens_per_second"] > 0


def test_nothing_is_streamed_before_it_is_known_to_be_sure_enough(trained_model: Path, tmp_path: Path) -> None:
    folder = tmp_path / "measured"
    shutil.copytree(trained_model, folder)
    calibrate(folder, ["\n\n".join(story(seed) for seed in range(700, 706))], count=2)
    seen: list[object] = []

    Suggester.open(folder, "cpu").suggest("The ", settings=SuggestionSettings(show_rate=0.9), on_progress=seen.append)

    assert seen == []
