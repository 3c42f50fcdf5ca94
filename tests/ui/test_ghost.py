"""The ghost as a plain state machine: following what is typed, accepting parts, late and streamed answers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from writer_app.ui.ghost import Ghost, next_sentence_end, next_word_end


def offered(*offers: str) -> Ghost:
    ghost = Ghost()
    ghost.show(*offers)
    return ghost


def test_typing_along_shortens_the_ghost() -> None:
    ghost = offered(" there last night")

    assert ghost.typed(" th")
    assert ghost.text == "ere last night"


def test_typing_something_else_takes_the_ghost_away() -> None:
    ghost = offered(" there")

    assert not ghost.typed(" x")
    assert ghost.text == ""


def test_backspace_brings_the_ghost_back_after_typing_along_and_astray() -> None:
    ghost = offered(" there")

    ghost.typed(" thx!")
    ghost.erased(2)

    assert ghost.text == "ere"


def test_backspace_beyond_the_place_forgets_the_ghost() -> None:
    ghost = offered(" there")
    ghost.typed(" t")

    ghost.erased(3)
    ghost.typed(" ")

    assert ghost.text == ""


def test_erasing_counts_as_qt_does() -> None:
    ghost = offered("😀😀 laughed")
    ghost.typed("😀😀")

    ghost.erased(2)

    assert ghost.text == "😀 laughed"


@pytest.mark.parametrize(
    ("text", "word"),
    [
        (" there last", " there"),
        ("s there", "s"),
        (" night, all", " night,"),
        ('," he said', ',"'),
        ("  two spaces", "  two"),
        ("\n\nThe tide", "\n\nThe"),
        (" well-worn stairs", " well-worn"),
        (" end", " end"),
        ("   ", "   "),
        ("", ""),
        ("他们走了。天", "他"),
        ("了。天", "了。"),
        ("word他", "word"),
    ],
)
def test_the_next_word_is_the_space_and_all_up_to_the_next_space(text: str, word: str) -> None:
    assert text[: next_word_end(text)] == word


@pytest.mark.parametrize(
    ("before", "text", "sentence"),
    [
        ("", " there. And then", " there."),
        ("", ' there?" she said', ' there?"'),
        ("He saw Mr", ". Hale go. Then", ". Hale go."),
        ("", " to Dr. Marsh again! Then", " to Dr. Marsh again!"),
        ("", " and went on", " and went on"),
        ("", "走了。天黑了", "走了。"),
    ],
)
def test_a_sentence_ends_at_its_mark_and_not_at_an_abbreviation(before: str, text: str, sentence: str) -> None:
    assert text[: next_sentence_end(text, before)] == sentence


def test_accepting_a_word_leaves_the_rest_on_screen() -> None:
    ghost = offered(" there last night")

    assert ghost.accept_word() == " there"
    assert ghost.text == " last night"
    assert ghost.accept_all() == " last night"
    assert ghost.text == ""


def test_undoing_an_accepted_word_brings_it_back() -> None:
    ghost = offered(" there last")
    taken = ghost.accept_word()

    ghost.erased(len(taken))

    assert ghost.text == " there last"


def test_alternatives_go_round_in_both_directions() -> None:
    ghost = offered(" one", " two", " three")

    seen = [ghost.text]
    for _ in range(3):
        ghost.next()
        seen.append(ghost.text)
    ghost.previous()

    assert seen == [" one", " two", " three", " one"]
    assert ghost.text == " three"


def test_alternatives_that_do_not_fit_what_was_typed_are_passed_over() -> None:
    ghost = offered(" the cat", " a dog", " the hen")
    ghost.typed(" the")

    ghost.next()

    assert ghost.text == " hen"
    ghost.next()
    assert ghost.text == " cat"


def test_another_offer_takes_over_when_the_typing_leaves_the_first() -> None:
    ghost = offered(" the cat", " that dog")

    ghost.typed(" tha")

    assert ghost.text == "t dog"
    assert ghost.index == 1


def test_a_late_answer_is_shown_from_what_was_typed_since() -> None:
    ghost = Ghost()
    ghost.asked(7)
    ghost.typed(" th")

    assert ghost.answered(7, (" there", " that"), final=True)
    assert ghost.text == "ere"


def test_a_late_answer_that_does_not_fit_shows_nothing_until_backspace() -> None:
    ghost = Ghost()
    ghost.asked(7)
    ghost.typed(" x")

    ghost.answered(7, (" there",), final=True)

    assert ghost.text == ""
    ghost.erased(1)
    assert ghost.text == "there"


def test_an_answer_for_another_request_or_place_is_dropped() -> None:
    ghost = Ghost()
    ghost.asked(7)

    assert not ghost.answered(6, (" old",), final=True)
    ghost.forget()
    assert not ghost.answered(7, (" there",), final=True)
    assert ghost.text == ""


def test_a_stream_only_grows_and_keeps_what_was_typed() -> None:
    ghost = Ghost()
    ghost.asked(3)
    shown = []
    for piece, final in ((" th", False), (" there", False), (" there last", True)):
        assert ghost.answered(3, (piece,), final=final)
        shown.append(ghost.text)
        if piece == " there":
            ghost.typed(" the")

    assert shown == [" th", " there", "re last"]
    assert not ghost.answered(3, (" there last night",), final=True)


def test_a_chosen_alternative_stays_chosen_while_the_same_answer_grows() -> None:
    ghost = Ghost()
    ghost.asked(3)
    ghost.answered(3, (" one", " two"), final=False)
    ghost.next()

    ghost.answered(3, (" one more", " two more"), final=True)

    assert ghost.text == " two more"


words = st.text(alphabet="ab 他😀.", max_size=12)


@given(offers=st.lists(words, min_size=1, max_size=3), moves=st.lists(st.one_of(words, st.integers(1, 4)), max_size=12))
def test_the_ghost_is_always_the_rest_of_an_offer_after_what_stands_there(
    offers: list[str], moves: list[str | int]
) -> None:
    ghost = offered(*offers)
    typed: str | None = ""
    for move in moves:
        if isinstance(move, str):
            ghost.typed(move)
            typed = None if typed is None else typed + move
        elif typed is not None:
            left = typed[: max(len(typed) - move, 0)]
            ghost.erased(len(typed[len(left) :].encode("utf-16-le")) // 2)
            typed = left
        fitting = {offer[len(typed) :] for offer in offers if offer.startswith(typed)} - {""}
        assert ghost.text in fitting if fitting else ghost.text == ""
