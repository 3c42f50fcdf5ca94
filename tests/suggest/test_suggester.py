"""The suggester on a small model that has learned the sentences of `tests.texts`."""

import itertools
import math
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from tests.texts import story
from writer_app.errors import UserError
from writer_app.lm import load_model
from writer_app.suggest import Suggester, Suggestion, SuggestionSettings
from writer_app.suggest.messages import CancelledError
from writer_app.suggest.suggester import _sure
from writer_app.suggest.view import Style
from writer_app.suggest.words import count_words

BEFORE = story(5000, 4) + "\n\nThe keeper opened the heavy door."
DARING = SuggestionSettings(temperature=1.0, length=10)


class Meter:
    """Counts what a network is given."""

    def __init__(self, network: torch.nn.Module, patch: pytest.MonkeyPatch) -> None:
        self.calls = self.tokens = 0
        hidden = network.hidden

        def counted(tokens: torch.Tensor, state: object) -> torch.Tensor:
            self.calls += 1
            self.tokens += tokens.size(1)
            return hidden(tokens, state)  # type: ignore[operator]

        patch.setattr(network, "hidden", counted)

    def reset(self) -> None:
        self.calls = self.tokens = 0


@pytest.fixture
def suggester(trained_model: Path) -> Suggester:
    return Suggester.open(trained_model, "cpu")


def texts(suggestions: list[Suggestion]) -> list[str]:
    return [suggestion.text for suggestion in suggestions]


# -- what it says ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "beginning"),
    [
        ("The keep", "er "),
        ("The keeper mended the bro", "ken clock"),
        ("The keeper mended the ", ""),
        ("The keeper mended the lan", "tern "),
        ("Old To", "bin "),
        ("Old Tobin counted a bas", "ket of apples "),
        ("The keeper opened", " the "),
    ],
)
def test_a_word_that_is_begun_is_completed_first(suggester: Suggester, before: str, beginning: str) -> None:
    (suggestion,) = suggester.suggest(before, settings=SuggestionSettings(length=4))

    assert suggestion.text.startswith(beginning)
    assert not suggestion.text.startswith("  ")
    sentence = before + suggestion.text
    assert set(sentence.rstrip(".").split()) <= set(
        " ".join(story(seed) for seed in range(60)).replace(".", "").split()
    )


def test_after_a_space_no_second_one_is_suggested(suggester: Suggester) -> None:
    (with_space,) = suggester.suggest("The keeper mended ")
    (without,) = suggester.suggest("The keeper mended")

    assert not with_space.text.startswith(" ")
    assert without.text.startswith(" ")


@pytest.mark.parametrize("length", [1, 2, 3, 6])
@pytest.mark.parametrize("before", ["Old Tobin", "Old Tobin ", "Old Tobin coun", "", "It rained."])
def test_there_are_at_most_as_many_words_as_asked_for(suggester: Suggester, before: str, length: int) -> None:
    for temperature in (0.0, 1.0):
        for suggestion in suggester.suggest(
            before, settings=SuggestionSettings(temperature=temperature, length=length, alternatives=3)
        ):
            assert 1 <= count_words(suggestion.text) <= length
            assert suggestion.text == suggestion.text.rstrip()


def test_it_stops_at_the_end_of_the_sentence(suggester: Suggester) -> None:
    found = suggester.suggest(BEFORE[:-1], settings=SuggestionSettings(length=60, temperature=0.7, alternatives=5))

    assert found
    for suggestion in found:
        assert suggestion.text.count(".") <= 1
        assert "\n" not in suggestion.text
        assert "." not in suggestion.text or suggestion.text.endswith(".")


@pytest.mark.parametrize("before", ["# The kee", "The rain.\n\n## Two", "#", "The rain.\n\n***", "The rain.\n---"])
def test_in_headings_and_scene_breaks_it_says_nothing(suggester: Suggester, before: str) -> None:
    assert suggester.suggest(before) == []


@pytest.mark.parametrize(("before", "after"), [("The kee", "per"), ("The keeper did", "n’t"), ("The k", "9")])
def test_inside_a_word_it_says_nothing(suggester: Suggester, before: str, after: str) -> None:
    assert suggester.suggest(before, after) == []


def test_what_stands_after_the_cursor_is_not_repeated(suggester: Suggester) -> None:
    (free,) = suggester.suggest("The keeper mended", settings=SuggestionSettings(length=8))
    words = free.text.split()
    assert len(words) >= 4

    for cut in range(1, len(words)):
        after = " " + " ".join(words[cut:])
        (found,) = suggester.suggest("The keeper mended", after, SuggestionSettings(length=8))
        assert found.text == " " + " ".join(words[:cut])
    assert suggester.suggest("The keeper mended", free.text, SuggestionSettings(length=8)) == []


def test_the_drafts_own_typography_is_kept(suggester: Suggester) -> None:
    plain = suggester.suggest("The keeper mended")
    marked = suggester.suggest("# One\n\n“No,” she said – “not now…”\n\nThe *keeper* mended")

    assert plain
    assert marked
    assert "The keeper" not in texts(marked)[0]


def test_an_empty_draft_gets_a_beginning(suggester: Suggester) -> None:
    (suggestion,) = suggester.suggest("")

    assert suggestion.text[0].isupper()


def test_any_text_at_all_is_answered(suggester: Suggester) -> None:
    awkward = [
        "\0",
        "\u2581",
        "灯塔看守人在",
        "🧑‍🚀🧑‍🚀🧑‍🚀🧑‍🚀",
        "%" * 80,
        "a" * 300,
        "\ud800",
        "\n\n\n",
        " \t ",
        "5" * 40,
        "*",
        "“",
    ]
    for before in awkward:
        for settings in (SuggestionSettings(), SuggestionSettings(temperature=1.5, alternatives=2)):
            for suggestion in suggester.suggest(before, settings=settings):
                assert suggestion.text.strip()
                assert 0.0 <= suggestion.confidence <= 1.0


def test_a_suggestion_longer_than_the_context_leaves_room_for_is_made_all_the_same(suggester: Suggester) -> None:
    settings = SuggestionSettings(length=60, temperature=3.0, seed=3)

    for before in (BEFORE, story(1, 100)):
        assert suggester.suggest(before[:-1], settings=settings)


@pytest.mark.parametrize("before", ["", "The keeper ", "The keeper", "The kee"])
def test_what_the_inspector_is_told_adds_up(suggester: Suggester, before: str) -> None:
    (suggestion,) = suggester.suggest(before, settings=SuggestionSettings(length=5))

    assert "".join(token.text for token in suggestion.tokens).strip().startswith(suggestion.text.strip())
    product = math.prod(token.probability for token in suggestion.tokens)
    if before:  # the spelling of what is typed counts as well
        assert 0 < suggestion.confidence <= product * (1 + 1e-6)
    else:
        assert suggestion.confidence == pytest.approx(product, rel=1e-4)
    assert suggestion.model == "tiny"
    for token in suggestion.tokens:
        assert 0 < token.probability <= 1
        assert sum(p for _, p in token.alternatives) + token.probability <= 1 + 1e-4
        assert [p for _, p in token.alternatives] == sorted((p for _, p in token.alternatives), reverse=True)
        assert token.text not in dict(token.alternatives)


def test_how_likely_a_completion_is_takes_all_ways_to_spell_it_into_account(suggester: Suggester) -> None:
    """After "The kee" nothing else is in question: the bare probability of the pieces would be that of "The kee" too."""
    (suggestion,) = suggester.suggest("The kee", settings=SuggestionSettings(length=1))

    assert suggestion.text == "per"
    assert suggestion.confidence > 0.9


# -- the same again -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("temperature", [0.0, 0.8, 2.0])
def test_the_same_question_gets_the_same_answer(trained_model: Path, temperature: float) -> None:
    settings = SuggestionSettings(temperature=temperature, length=8, alternatives=3, seed=11)
    first, second = (Suggester.open(trained_model, "cpu") for _ in range(2))
    for text in (BEFORE[:60], "Marta", story(2, 60)):  # the second has thought of other things before
        second.suggest(text, settings=DARING)

    assert texts(first.suggest(BEFORE, settings=settings)) == texts(second.suggest(BEFORE, settings=settings))
    assert first.suggest(BEFORE, settings=settings) == first.suggest(BEFORE, settings=settings)


def test_another_seed_says_something_else_but_not_at_temperature_zero(suggester: Suggester) -> None:
    daring = {texts(suggester.suggest("Old Tobin", settings=replace(DARING, seed=seed)))[0] for seed in range(8)}
    sober = {texts(suggester.suggest("Old Tobin", settings=SuggestionSettings(seed=seed)))[0] for seed in range(8)}

    assert len(daring) > 3
    assert len(sober) == 1


@pytest.mark.parametrize("before", ["The keeper", "The keeper ", "The keeper m", ""])
@pytest.mark.parametrize("temperature", [0.0, 1.0])
def test_alternatives_differ_and_the_first_is_that_of_one_alone(
    suggester: Suggester, before: str, temperature: float
) -> None:
    settings = SuggestionSettings(temperature=temperature, alternatives=3, length=5)

    found = suggester.suggest(before, settings=settings)

    assert len(set(texts(found))) == len(found)
    assert len(found) >= (3 if temperature == 0.0 and before != "The keeper m" else 1)
    assert texts(found)[0] == texts(suggester.suggest(before, settings=replace(settings, alternatives=1)))[0]


def test_a_caller_who_changes_the_answer_changes_nobody_elses(suggester: Suggester) -> None:
    for _ in range(3):  # made, then remembered
        answer = suggester.suggest("The keeper")
        assert answer
        answer.clear()


def test_settings_that_forbid_more_are_obeyed(suggester: Suggester) -> None:
    sober = texts(suggester.suggest(BEFORE, settings=SuggestionSettings(length=8)))

    for narrow in ({"top_k": 1}, {"top_p": 1e-6}, {"min_p": 1.0}):
        found = suggester.suggest(BEFORE, settings=SuggestionSettings(temperature=1.5, length=8, **narrow))  # type: ignore[arg-type]
        assert texts(found) == sober


def test_the_repetition_penalty_changes_what_is_repeated(suggester: Suggester) -> None:
    before = "The keeper opened the heavy door by the river. " * 4 + "The keeper opened"

    plain = texts(suggester.suggest(before, settings=SuggestionSettings(length=8)))
    penalised = texts(suggester.suggest(before, settings=SuggestionSettings(length=8, repetition_penalty=5.0)))

    assert plain != penalised


# -- cheap ----------------------------------------------------------------------------------------------------------


def test_one_more_character_costs_about_one_step(suggester: Suggester, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = SuggestionSettings(length=4)
    (ahead,) = suggester.suggest(BEFORE, settings=settings)
    meter = Meter(suggester._model.network, monkeypatch)

    for typed in range(1, len(ahead.text)):
        meter.reset()
        suggester.suggest(BEFORE + ahead.text[:typed], settings=settings)
        assert meter.tokens <= 12, ahead.text[:typed]


def test_the_text_is_not_read_again_for_each_key(suggester: Suggester, monkeypatch: pytest.MonkeyPatch) -> None:
    meter = Meter(suggester._model.network, monkeypatch)
    suggester.suggest(BEFORE, settings=SuggestionSettings(length=1))
    reading = meter.tokens
    assert reading > 20

    meter.reset()
    suggester.suggest(BEFORE + " ", settings=SuggestionSettings(length=1))

    assert meter.tokens <= 3


def test_a_question_asked_before_costs_nothing(suggester: Suggester, monkeypatch: pytest.MonkeyPatch) -> None:
    before = [BEFORE + " Mar"[:n] for n in range(5)]
    answers = [suggester.suggest(text) for text in before]
    meter = Meter(suggester._model.network, monkeypatch)

    assert [suggester.suggest(text) for text in reversed(before)] == answers[::-1]
    assert meter.calls == 0


# -- while it works -------------------------------------------------------------------------------------------------


def endings() -> list[tuple[str, str]]:
    befores = [
        "The keeper", "Old Tobin mended ", "“Wait…” – “no…”\n\nThe keeper", BEFORE, "", "Marta pain",
    ]  # fmt: skip
    afters = ["", "\n\nThe keeper went home.", " the lantern by the river.", "\n\nbasket of apples near", "."]
    return list(itertools.product(befores, afters))


@pytest.mark.parametrize(("before", "after"), endings())
@pytest.mark.parametrize("temperature", [0.0, 1.3])
def test_what_is_shown_while_it_works_only_grows_and_is_kept(
    trained_model: Path, before: str, after: str, temperature: float
) -> None:
    settings = SuggestionSettings(temperature=temperature, length=8, alternatives=2)
    shown: list[str] = []

    found = Suggester.open(trained_model, "cpu").suggest(
        before, after, settings, on_progress=lambda suggestion: shown.append(suggestion.text)
    )

    for earlier, later in itertools.pairwise(shown):
        assert later.startswith(earlier)
        assert len(later) > len(earlier)
    if shown:
        assert found[0].text.startswith(shown[-1])
    assert texts(found) == texts(Suggester.open(trained_model, "cpu").suggest(before, after, settings))


def test_no_half_of_a_word_is_shown_or_left_where_the_next_paragraph_begins_with_it(suggester: Suggester) -> None:
    """Cut before each word in turn, as the model takes several tokens for some of them."""
    settings = SuggestionSettings(length=8)
    (free,) = suggester.suggest("The keeper", settings=settings)
    words = free.text.split()

    for cut in range(len(words)):
        shown: list[str] = []
        found = suggester.suggest(
            "The keeper",
            "\n\n" + " ".join(words[cut:]),
            settings,
            on_progress=lambda s, shown=shown: shown.append(s.text),
        )
        expected = " " + " ".join(words[:cut]) if cut else ""
        assert texts(found) == [expected][:cut]
        assert all(expected.startswith(text) for text in shown)


@pytest.mark.parametrize(
    ("text", "after", "ellipsis", "sure"),
    [
        (" went ho", "", False, " went ho"),
        (" went ho", " \n", False, " went ho"),
        (" went ho", "\n\nhome", False, " went"),
        (" ho", "\n\nhome", False, ""),
        (" went..", "", True, " went"),
        (" went..", "", False, " went.."),
        (" went…", "", True, " went…"),
    ],
)
def test_of_an_unfinished_suggestion_only_what_will_stay_is_shown(
    text: str, after: str, ellipsis: bool, sure: str
) -> None:
    assert _sure(text, after, Style(ellipsis=ellipsis)) == sure


def test_at_the_end_of_a_line_words_are_shown_as_they_come(suggester: Suggester) -> None:
    shown: list[str] = []

    (found,) = suggester.suggest(
        "The keeper",
        settings=SuggestionSettings(length=6),
        on_progress=lambda suggestion: shown.append(suggestion.text),
    )

    assert len(shown) >= 4
    assert shown[-1] == found.text
    assert count_words(shown[0]) == 1


@pytest.mark.parametrize("steps", [0, 1, 2, 5])
def test_a_cancelled_question_is_given_up_within_one_step(
    suggester: Suggester, monkeypatch: pytest.MonkeyPatch, steps: int
) -> None:
    meter = Meter(suggester._model.network, monkeypatch)

    with pytest.raises(CancelledError):
        suggester.suggest(BEFORE, settings=SuggestionSettings(length=10), cancelled=lambda: meter.calls >= steps)

    assert meter.calls == steps
    assert suggester.suggest(BEFORE) == suggester.suggest(BEFORE)


def test_after_a_cancelled_question_the_next_gets_its_right_answer(suggester: Suggester, trained_model: Path) -> None:
    with pytest.raises(CancelledError):
        suggester.suggest(
            BEFORE, settings=DARING, cancelled=itertools.chain([False] * 3, itertools.repeat(True)).__next__
        )

    expected = Suggester.open(trained_model, "cpu").suggest(BEFORE, settings=DARING)
    assert texts(suggester.suggest(BEFORE, settings=DARING)) == texts(expected)


# -- opening --------------------------------------------------------------------------------------------------------


def test_what_the_window_shows_of_a_model(suggester: Suggester, trained_model: Path) -> None:
    described = suggester.describe()

    assert (described.name, described.model_type, described.device, described.language) == (
        "tiny",
        "qwen3",
        "cpu",
        "en",
    )
    assert described.parameters == load_model(trained_model, "cpu").parameters
    assert described.path == trained_model


def test_a_model_that_is_not_there_is_said_in_words() -> None:
    with pytest.raises(UserError, match="no model called nothing-of-the-kind"):
        Suggester.open("nothing-of-the-kind")


def test_a_share_of_pauses_needs_a_model_that_was_measured(suggester: Suggester) -> None:
    with pytest.raises(UserError, match="has not been measured"):
        suggester.suggest("The keeper", settings=SuggestionSettings(show_rate=0.5))

    assert suggester.suggest("The keeper", settings=SuggestionSettings(show_rate=0.0)) == []
