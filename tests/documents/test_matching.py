import random

from hypothesis import given
from hypothesis import strategies as st

from writer_app.documents.matching import IMPORTED, matched
from writer_app.documents.origins import Kind, Origin, Origins, Run

TYPED, SUGGESTED = Origin(Kind.TYPED), Origin(Kind.SUGGESTED, (("id", 1),))
words = st.lists(st.sampled_from(["The ", "river ", "rose.\n\n", "Maud ", "河", "水", "\n", "and "]), max_size=40)


def text_of(origins: Origins, text: str, origin: Origin) -> str:
    """The characters of a text that have an origin, in order."""
    return "".join(c for position, c in enumerate(text) if origins.at(position) == origin)


@given(words.map("".join), words.map("".join))
def test_every_character_of_the_new_text_has_an_origin_and_none_is_invented(old: str, new: str) -> None:
    origins = matched(Origins.uniform(len(old), TYPED), old, new)

    assert origins.length == len(new)
    assert {run.origin for run in origins.runs} <= {TYPED, IMPORTED}
    rest = iter(old)
    assert all(c in rest for c in text_of(origins, new, TYPED))  # a subsequence of the old text


@given(words.map("".join))
def test_a_text_that_was_not_edited_keeps_its_origins(text: str) -> None:
    half = len(text) // 2
    origins = Origins.from_runs([Run(half, TYPED), Run(len(text) - half, SUGGESTED)])

    assert matched(origins, text, text) == origins


def test_a_sentence_put_in_elsewhere_is_imported_and_the_rest_is_not() -> None:
    old = "The river rose. Maud let go of the rope."
    new = "The river rose. Nobody else saw it happen. Maud let go of the rope."

    origins = matched(Origins.uniform(len(old), TYPED), old, new)

    assert text_of(origins, new, IMPORTED).strip() == "Nobody else saw it happen."


def test_a_word_taken_out_elsewhere_takes_its_origin_along() -> None:
    old, new = "The brown river rose and fell.", "The river rose and fell."
    origins = Origins.from_runs([Run(4, TYPED), Run(6, SUGGESTED), Run(20, TYPED)])

    assert matched(origins, old, new) == Origins.uniform(len(new), TYPED)


def test_a_suggestion_stays_one_after_edits_on_both_sides_of_it() -> None:
    old = "She waited. The rain came over the hill. Then she left."
    start = old.index("The rain")
    end = old.index(" Then")
    origins = Origins.uniform(len(old), TYPED).replace(start, end - start, [Run(end - start, SUGGESTED)])
    new = old.replace("She waited", "Ivo waited and waited").replace("she left", "he went home")

    found = matched(origins, old, new)

    assert text_of(found, new, SUGGESTED) == "The rain came over the hill."


def test_common_words_of_another_text_are_not_taken_for_old_ones() -> None:
    old = "When the ferry came in the morning there was nobody on it but a dog."
    new = "It is a truth that the price of bread is known to nobody in a palace."

    origins = matched(Origins.uniform(len(old), TYPED), old, new)

    assert origins.shares()[Kind.TYPED] <= 4  # the full stop, and a chance pair at most


def test_a_name_changed_throughout_a_novel_leaves_the_rest_as_it_was() -> None:
    source = random.Random(5)
    vocabulary = [f"word{number}" for number in range(3000)]
    sentences = [" ".join(source.choices(vocabulary, k=9)) + " said Maud." for _ in range(3000)]
    old = "\n\n".join(sentences)
    new = old.replace("Maud", "Harriet")

    origins = matched(Origins.uniform(len(old), TYPED), old, new)

    assert origins.length == len(new)
    assert origins.shares()[Kind.IMPORTED] <= 3000 * len("Harriet.\n\n")
    assert "word" not in text_of(origins, new, IMPORTED)


def test_a_large_text_with_nothing_in_common_is_imported_without_ado() -> None:
    old, new = "a " * 200_000, "b c " * 100_000

    origins = matched(Origins.uniform(len(old), TYPED), old, new)

    assert origins.shares()[Kind.IMPORTED] >= len(new) - 2
