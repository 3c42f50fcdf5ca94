import pytest

from writer_app.settings import SuggestionPreferences
from writer_app.suggest import SuggestionSettings
from writer_app.ui.presets import OWN, PRESETS, adjusted, matching, with_preset
from writer_app.ui.suggestion_link import suggestion_settings


@pytest.mark.parametrize("name", list(PRESETS))
def test_a_preset_sets_several_values_at_once_and_is_recognised_again(name: str) -> None:
    preferences = with_preset(SuggestionPreferences(temperature=1.7, length=33, seed=5, delay_ms=400), name)

    assert preferences.preset == name
    assert matching(preferences) == name
    assert (preferences.temperature, preferences.length) == (PRESETS[name]["temperature"], PRESETS[name]["length"])
    assert (preferences.seed, preferences.delay_ms) == (5, 400)


def test_a_changed_value_is_no_preset_and_changing_it_back_is_one_again() -> None:
    story = with_preset(SuggestionPreferences(), "Story")

    changed = adjusted(story, temperature=0.75)
    back = adjusted(changed, temperature=0.7)

    assert changed.preset == OWN
    assert back.preset == "Story"


def test_the_settings_begin_with_a_preset_and_its_values() -> None:
    assert matching(SuggestionPreferences()) == SuggestionPreferences().preset == "Steady"


def test_presets_differ_from_one_another() -> None:
    assert len({tuple(values.items()) for values in PRESETS.values()}) == len(PRESETS)


def test_every_value_that_a_preset_can_take_is_one_that_a_request_may_carry() -> None:
    for name in PRESETS:
        settings = suggestion_settings(with_preset(SuggestionPreferences(), name))

        assert isinstance(settings, SuggestionSettings)


def test_a_request_carries_each_of_the_preferences() -> None:
    preferences = SuggestionPreferences(
        temperature=1.3, length=9, alternatives=4, top_k=17, top_p=0.8, min_p=0.07, repetition_penalty=1.4, seed=99
    )

    settings = suggestion_settings(preferences)

    assert settings == SuggestionSettings(
        temperature=1.3, length=9, alternatives=4, top_k=17, top_p=0.8, min_p=0.07, repetition_penalty=1.4, seed=99
    )
