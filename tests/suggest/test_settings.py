"""Settings out of range are refused where they are made, with the name and the range."""

import math
from typing import Any

import pytest

from writer_app.settings import SuggestionPreferences
from writer_app.suggest import SuggestionSettings

RANGES: dict[str, tuple[float, float]] = {
    "temperature": (0.0, 5.0),
    "length": (1, 60),
    "alternatives": (1, 8),
    "top_k": (0, 1_000_000),
    "top_p": (1e-6, 1.0),
    "min_p": (0.0, 1.0),
    "repetition_penalty": (0.5, 5.0),
    "seed": (0, 2**63 - 1),
    "show_rate": (0.0, 1.0),
}


def test_every_setting_has_a_range() -> None:
    assert RANGES.keys() == vars(SuggestionSettings()).keys()


@pytest.mark.parametrize("name", RANGES)
def test_the_ends_of_a_range_are_taken_and_what_lies_beyond_is_refused(name: str) -> None:
    low, high = RANGES[name]

    for value in (low, high):
        assert getattr(SuggestionSettings(**{name: value}), name) == value  # type: ignore[arg-type]
    for beyond in (low - 1, high + high / 2 + 1, math.nan):
        with pytest.raises(ValueError, match=f"{name} should be between .* not "):
            SuggestionSettings(**{name: beyond})  # type: ignore[arg-type]


def test_the_defaults_are_those_that_scripts_rely_on() -> None:
    settings = SuggestionSettings()

    assert (settings.temperature, settings.length, settings.alternatives, settings.show_rate) == (0.0, 6, 1, 1.0)


def test_settings_cannot_be_changed_and_serve_as_keys() -> None:
    settings = SuggestionSettings(temperature=0.8)

    with pytest.raises(AttributeError):
        settings.temperature = 1.0  # type: ignore[misc]
    assert {settings: 1}[SuggestionSettings(temperature=0.8)] == 1


def test_what_the_settings_panel_starts_with_can_be_asked_for() -> None:
    preferences: dict[str, Any] = vars(SuggestionPreferences())

    SuggestionSettings(**{name: preferences[name] for name in RANGES if name in preferences})
