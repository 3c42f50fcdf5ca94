"""Words and sentence ends."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from writer_app.suggest.words import count_words, first_words, inside_word, sentence_end, without_repeat

TEXTS = st.text("ab .!?\"'\n", max_size=30)


@pytest.mark.parametrize(
    ("text", "before", "sentence"),
    [
        (" went home. Then", "", " went home."),
        (" went home.", "", " went home."),
        (" went home", "", None),
        ("What?! No", "", "What?!"),
        ('he said." Then', 'He asked what "', 'he said."'),
        ("he said.” Then", "", "he said.”"),
        ("(so it was.) Then", "", "(so it was.)"),
        ("I waited... Then", "", "I waited..."),
        ("I waited… Then", "", "I waited…"),
        (" Smith left. Then", "Mr.", " Smith left."),
        ("Mr. Smith left. Then", "", "Mr. Smith left."),
        (". Smith left. Then", "Dr", ". Smith left."),
        ("J. R. Smith left. Then", "", "J. R. Smith left."),
        ("No. Then", "", "No."),
        ("It cost 3.50 in all. Then", "", "It cost 3.50 in all."),
        ("e.g", "", None),
        ("他走了。然后", "", "他走了。"),
        ("“走！”他说", "", "“走！”"),
        ("", "", None),
        ("", "It is over.", None),
    ],
)
def test_a_sentence_ends_where_a_reader_would_say(text: str, before: str, sentence: str | None) -> None:
    end = sentence_end(text, before)

    assert (None if end is None else text[:end]) == sentence


@given(TEXTS, TEXTS)
def test_a_sentence_end_lies_in_the_text_and_never_moves_when_more_comes_after_a_space(text: str, more: str) -> None:
    end = sentence_end(text)

    assert end is None or 0 < end <= len(text)
    if end is not None:
        assert sentence_end(text + " " + more) == end


@pytest.mark.parametrize(
    ("text", "count", "expected"),
    [
        (" the old man", 2, " the old"),
        ("ver the old", 1, "ver"),
        (" the old man ", 9, " the old man"),
        (" one\n\ntwo", 2, " one\n\ntwo"),
        ("", 3, ""),
        ("   ", 3, ""),
    ],
)
def test_the_first_words_come_with_the_space_before_them(text: str, count: int, expected: str) -> None:
    assert first_words(text, count) == expected


@given(TEXTS, st.integers(1, 5))
def test_first_words_are_as_many_as_asked_for_or_all(text: str, count: int) -> None:
    found = first_words(text, count)

    assert text.startswith(found)
    assert count_words(found) == min(count, count_words(text))


@pytest.mark.parametrize(
    ("text", "after", "expected"),
    [
        (" the old man", " the old man sat down.", ""),
        (" and then the old", " the old man sat down.", " and then"),
        (" went. The old man", "\n\nThe old man sat down.", " went."),
        (" and then", "", " and then"),
        (" and then", "  \n", " and then"),
        (" and then", " the old man", " and then"),
        (" the older", " the old man", " the older"),
        (" the old,", " the old man", ""),
        (" to the door and out", " the door", " to"),
        (" so.", " so, she said", ""),
        (" a", " a man", ""),
        (" a", " an apple", " a"),
        (' "', ' "Well, he said', ' "'),
    ],
)
def test_what_follows_the_cursor_is_not_said_twice(text: str, after: str, expected: str) -> None:
    assert without_repeat(text, after) == expected


@given(TEXTS, TEXTS)
def test_what_is_left_after_a_repeat_is_the_beginning_of_the_suggestion(text: str, after: str) -> None:
    assert text.startswith(without_repeat(text, after))


@pytest.mark.parametrize(
    ("before", "after", "inside"),
    [
        ("unbel", "ievable", True),
        ("don", "'t", True),
        ("don", "’t", True),
        ("the", " door", False),
        ("the", "", False),
        ("the ", "door", False),
        ("the", "*", False),
        ("the", "_ door", False),
        ("the", ".", False),
        ("", "door", False),
        ("said", "’ ", False),
    ],
)
def test_the_inside_of_a_word_is_known(before: str, after: str, inside: bool) -> None:
    assert inside_word(before, after) is inside
