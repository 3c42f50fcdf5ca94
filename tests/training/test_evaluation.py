"""The measures: each against the plain definition."""

import math
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from tests.lm.networks import drawn
from tests.texts import story
from writer_app.lm import LoadedModel, load_model
from writer_app.lm.recurrent import Recurrent, RecurrentConfig
from writer_app.lm.tokenizer import Tokenizer
from writer_app.lm.transformer import Transformer, TransformerConfig
from writer_app.suggest import Suggestion, SuggestionSettings
from writer_app.training.evaluation import (
    Passage,
    exact_matches,
    fits,
    keystrokes,
    negative_log_likelihood,
    next_word,
    passages,
    prediction,
    ratio,
    type_passage,
)

CONTEXT = 16


def loaded(network: Transformer | Recurrent, tokenizer: Tokenizer) -> LoadedModel:
    return LoadedModel("tiny", Path("tiny"), "tiny", network, tokenizer, torch.device("cpu"), "en", 0)


@pytest.fixture
def small(tokenizer: Tokenizer) -> LoadedModel:
    config = TransformerConfig(tokenizer.size, 16, 24, 2, 2, 2, 8, CONTEXT)
    return loaded(drawn(Transformer(config)), tokenizer)


class Oracle:
    """Suggests what it is told to, by what stands before."""

    def __init__(self, answer: Callable[[str], str]) -> None:
        self.answer = answer

    def suggest(self, before: str, after: str = "", settings: SuggestionSettings | None = None) -> list[Suggestion]:
        text = self.answer(before)
        return [Suggestion(text, 1.0, (), "oracle")] if text else []


@pytest.mark.parametrize("length", [1, 7, 40, 120, 300])
def test_each_token_is_scored_once_with_half_a_context_before_it(small: LoadedModel, length: int) -> None:
    text = story(3)[:length]
    tokens = [small.tokenizer.bos_id, *small.tokenizer.encode(text)]

    nats = negative_log_likelihood(small, text)

    half = CONTEXT // 2
    for position in range(1, len(tokens)):
        window = 0 if position <= CONTEXT else -(-(position - CONTEXT) // half) * half
        logits, _ = small.network(torch.tensor([tokens[window:position]]))
        assert float(nats[position - 1]) == pytest.approx(
            -float(logits[0, -1].detach().log_softmax(-1)[tokens[position]]), abs=1e-4
        )
    assert len(nats) == len(tokens) - 1


def test_a_recurrent_network_is_scored_in_one_pass(tokenizer: Tokenizer) -> None:
    network = drawn(Recurrent(RecurrentConfig(tokenizer.size, 8, 12, 2)))
    text = "\n\n".join(story(seed) for seed in range(12))
    tokens = torch.tensor([[tokenizer.bos_id, *tokenizer.encode(text)]])

    nats = negative_log_likelihood(loaded(network, tokenizer), text)

    logits, _ = network(tokens[:, :-1])
    expected = torch.nn.functional.cross_entropy(logits[0], tokens[0, 1:], reduction="none")
    assert len(nats) > 1000
    torch.testing.assert_close(nats, expected, atol=1e-4, rtol=1e-4)


def test_texts_read_side_by_side_are_scored_as_if_alone(tokenizer: Tokenizer) -> None:
    model = loaded(drawn(Recurrent(RecurrentConfig(tokenizer.size, 8, 12, 2))), tokenizer)
    texts = [story(1)[:700], story(2)[:90], story(3), "A"]

    measures = prediction(model, texts, lambda _: None)

    alone = sum(float(negative_log_likelihood(model, text).double().sum()) for text in texts)
    assert measures["bits_per_character"].value == pytest.approx(alone / math.log(2) / sum(map(len, texts)), rel=1e-6)


def test_bits_per_character_is_over_all_documents_together(small: LoadedModel) -> None:
    texts = [story(1), story(2)[:50]]
    scored: list[int] = []

    measures = prediction(small, texts, scored.append)

    nats = sum(float(negative_log_likelihood(small, text).double().sum()) for text in texts)
    tokens = sum(len(small.tokenizer.encode(text)) for text in texts)
    assert measures["bits_per_character"].value == pytest.approx(nats / math.log(2) / sum(map(len, texts)))
    assert measures["perplexity_per_token"].value == pytest.approx(math.exp(nats / tokens))
    assert scored == [len(texts[0]), len(texts[0]) + 50]


def test_passages_are_evenly_spread_and_begin_at_a_space() -> None:
    text = " ".join(f"word{i:04d}" for i in range(2000))

    found = passages([text], 10)

    assert [len(passage.text) for passage in found] == [400] * 10
    assert all(passage.text.startswith(" ") and passage.context[-1] != " " for passage in found)
    for i, passage in enumerate(found):
        assert -1 < text.index(passage.text) - (i + 0.5) / 10 * len(text) < 10
        assert text.index(passage.text) == text.index(passage.context) + len(passage.context)
    assert len(found[0].context) < 1500 == len(found[-1].context)


def test_a_word_is_the_space_before_it_and_all_to_the_next_space() -> None:
    assert next_word(" sea, and") == " sea,"
    assert next_word("able to") == "able"
    assert next_word("") == ""


@pytest.mark.parametrize(
    ("accepted", "written", "does"),
    [
        (" sea", " sea and", True),
        (" sea", " sea, and", True),
        (" sea", " season", False),
        (" sea.", " sea.", True),
        (" see", " sea", False),
        ("", " sea", False),
    ],
)
def test_what_is_accepted_is_what_comes_next_and_ends_a_word(accepted: str, written: str, *, does: bool) -> None:
    assert fits(accepted, written) is does


def test_an_oracle_saves_all_but_the_keys_that_accept() -> None:
    text = " and then the boat came in."
    oracle = Oracle(
        lambda before: text[len(before) :][:9].rsplit(" ", 1)[0] if len(before) < len(text) - 9 else text[len(before) :]
    )

    typed = type_passage(oracle, Passage("", text), SuggestionSettings())  # type: ignore[arg-type]

    assert typed.keys == typed.accepted == typed.shown == 5
    assert typed.characters == len(text)


def test_a_ghost_whose_first_word_is_right_is_taken_by_the_word() -> None:
    oracle = Oracle(lambda before: " the sea" if not before else "")

    typed = type_passage(oracle, Passage("", " the boat"), SuggestionSettings())  # type: ignore[arg-type]

    assert (typed.keys, typed.accepted, typed.shown) == (1 + len(" boat"), 1, 1)


def test_a_silent_model_saves_nothing_and_has_no_precision() -> None:
    measures = keystrokes(Oracle(lambda _: ""), [Passage("", " the boat")], lambda _: None)  # type: ignore[arg-type]

    assert measures["keystrokes_saved"].value == 0
    assert measures["show_rate"].value == 0
    assert math.isnan(measures["precision"].value)


def test_exact_match_counts_words_from_the_start() -> None:
    text = " one two three four five six seven eight"
    right_for_two = Oracle(
        lambda before: text[len(before) :].replace("three", "3").replace("five", "5").replace("seven", "7")
    )

    measures = exact_matches(right_for_two, [Passage("", text)], lambda _: None)  # type: ignore[arg-type]

    # word starts with five words behind them: one, two (and three, whose own word is wrong)
    assert measures["exact_match_1"].value == pytest.approx(2 / 3)
    assert measures["exact_match_2"].value == pytest.approx(1 / 3)
    assert measures["exact_match_3"].value == 0


def test_top1_leaves_punctuation_aside() -> None:
    text = " one, two, three, four, five, six, seven,"
    bare = Oracle(lambda before: text[len(before) :].replace(",", ""))

    measures = exact_matches(bare, [Passage("", text)], lambda _: None)  # type: ignore[arg-type]

    assert measures["top1_next_word"].value == 1
    assert measures["exact_match_1"].value == 0


def test_the_interval_holds_the_value_and_narrows_with_more_parts() -> None:
    few = ratio([(i % 2, 1.0) for i in range(10)])
    many = ratio([(i % 2, 1.0) for i in range(1000)])

    assert few.value == many.value == 0.5
    assert few.low < many.low < 0.5 < many.high < few.high
    assert many.high - many.low == pytest.approx(2 * 1.96 * 0.5 / math.sqrt(1000), rel=0.15)


def test_a_model_that_has_learned_saves_keystrokes(trained_model: Path) -> None:
    from writer_app.suggest.suggester import Suggester

    found = passages(["\n\n".join(story(seed) for seed in range(900, 912))], 3)

    measures = keystrokes(Suggester(load_model(trained_model, "cpu")), found, lambda _: None)

    assert measures["keystrokes_saved"].value > 0.2
