"""The three ways to be helped: each sets several of the suggestion's dials at once. Pure values."""

import dataclasses
import math
from typing import Any

from writer_app.settings import SuggestionPreferences

PRESETS: dict[str, dict[str, float]] = {
    "Steady": {"temperature": 0.0, "length": 6, "top_k": 0, "top_p": 1.0, "min_p": 0.0, "repetition_penalty": 1.2},
    "Story": {"temperature": 0.7, "length": 12, "top_k": 0, "top_p": 0.95, "min_p": 0.02, "repetition_penalty": 1.05},
    "Wild": {"temperature": 1.1, "length": 20, "top_k": 0, "top_p": 1.0, "min_p": 0.05, "repetition_penalty": 1.1},
}
OWN = ""
"""The name of no preset: the writer has set the dials differently."""


def with_preset(preferences: SuggestionPreferences, name: str) -> SuggestionPreferences:
    """Give the preferences as this preset sets them; what it says nothing of stays."""
    return adjusted(preferences, **PRESETS[name])


def adjusted(preferences: SuggestionPreferences, **values: Any) -> SuggestionPreferences:  # noqa: ANN401  # as replace itself
    """Give the preferences with some values changed, and the name of the preset they now match, if any."""
    fresh = dataclasses.replace(preferences, **values)
    return dataclasses.replace(fresh, preset=matching(fresh))


def matching(preferences: SuggestionPreferences) -> str:
    """Say which preset these preferences are, or `OWN`."""
    for name, values in PRESETS.items():
        if all(math.isclose(getattr(preferences, field), value, abs_tol=1e-6) for field, value in values.items()):
            return name
    return OWN
