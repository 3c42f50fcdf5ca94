"""The draft as the model reads it, and the model's words as they stand in the draft."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from writer_app.suggest.view import Style, in_heading, read, style_of


@pytest.mark.parametrize(
    ("draft", "view"),
    [
        # quotes
        ("“Come in,” she said.", '"Come in," she said.'),
        ("„Komm,“ sagte sie. «Oui», «non».", '"Komm," sagte sie. "Oui", "non".'),
        ("It’s the keeper’s ‘lamp’", "It's the keeper's 'lamp'"),
        # dots and dashes
        ("Wait… what", "Wait... what"),
        ("She waited — and left", "She waited—and left"),
        ("She waited – and left", "She waited—and left"),
        ("She waited -- and left", "She waited—and left"),
        ("She waited--and left", "She waited—and left"),
        ("She waited—and left", "She waited—and left"),
        ("from 1914–18, well-known", "from 1914–18, well-known"),
        ("She waited --", "She waited—"),
        ("— Come in, she said", "— Come in, she said"),
        # emphasis
        ("It was *very* cold", "It was very cold"),
        ("It was **very** cold, __truly__ ***so***", "It was very cold, truly so"),
        ("It was _very cold_.", "It was very cold."),
        ("*Come in.* He did.", "Come in. He did."),
        ("It was *ver", "It was ver"),
        ("It was *", "It was "),
        ("snake_case_name and 2 * 3 * 4", "snake_case_name and 2 * 3 * 4"),
        # headings, scene breaks, paragraphs
        ("# One\n\nThe rain.", "The rain."),
        ("# One\n## Two ##\n\nThe rain.\n\nIt fell", "The rain.\n\nIt fell"),
        ("The rain.\n\n***\n\nIt fell", "The rain.\n\nIt fell"),
        ("The rain.\n\n* * *\n\nIt fell", "The rain.\n\nIt fell"),
        ("The rain.\n\n---\n\nIt fell", "The rain.\n\nIt fell"),
        ("The rain.\n\n" + "-" * 40 + "\n\nIt fell", "The rain.\n\nIt fell"),
        ("The rain.\n\n#\n\nIt fell", "The rain.\n\nIt fell"),
        ("The rain.\n\n⁂\n\nIt fell", "The rain.\n\nIt fell"),
        ("The rain.\n \nIt fell", "The rain.\n\nIt fell"),
        ("The rain.\nIt fell", "The rain.\n\nIt fell"),
        ("The rain.\n\n\n\nIt fell", "The rain.\n\nIt fell"),
        ("The rain.\n\n", "The rain.\n\n"),
        ("\n\n\n", ""),
        ("The rain.\n\n# Tw", "The rain.\n\n"),
        # spaces, seen and unseen
        ("The\u00a0rain\u202f: it\u2009fell", "The rain : it fell"),
        ("The  rain\tfell", "The rain fell"),
        ("The ra\u00adin\u200b fell\ufeff", "The rain fell"),
        ("  The rain", "The rain"),
        ("The rain ", "The rain "),
        ("", ""),
    ],
)
def test_a_draft_is_read_in_plain_typography(draft: str, view: str) -> None:
    assert read(draft) == view


@given(st.text("ab “”’…—–-*_# \n\u00a0", max_size=60))
def test_reading_what_was_read_changes_nothing(draft: str) -> None:
    view = read(draft)

    assert not set(view) & set("“”’…\u00a0")
    assert "\n\n\n" not in view
    assert "  " not in view


@given(st.text("abc,.\n", max_size=60), st.text("abc", min_size=1, max_size=10))
def test_typing_letters_only_adds_letters(draft: str, typed: str) -> None:
    assert read(draft + typed) == read(draft) + typed


@pytest.mark.parametrize(
    ("draft", "style"),
    [
        ("", Style()),
        ("It's plain.", Style(curly_quotes=False)),
        ("It’s curly. “Yes,” she said.", Style(curly_quotes=True)),
        ("It’s mixed. \"Yes,\" she said. 'No.'", Style(curly_quotes=False)),
        ("Wait… what", Style(ellipsis=True)),
        ("Wait... what", Style(ellipsis=False)),
        ("One — two — three—four", Style(dash=" — ")),
        ("One – two", Style(dash=" – ")),
        ("One -- two", Style(dash=" -- ")),
        ("One--two", Style(dash="--")),
        ("One—two", Style(dash="—")),
        ("Some rain.\n\n---\n\nMore rain.\n\n---\n\nEven more.", Style(dash="—")),
    ],
)
def test_the_typography_of_a_draft_is_seen(draft: str, style: Style) -> None:
    assert style_of(draft) == style


@pytest.mark.parametrize(
    ("style", "before", "suggestion", "written"),
    [
        (Style(), "He", ' said "no"—or didn\'t...', ' said "no"—or didn\'t...'),
        (Style(curly_quotes=True), "He", ' said, "no, I won\'t."', " said, “no, I won’t.”"),
        (Style(curly_quotes=True), "He said, “", 'no."', "no.”"),
        (Style(curly_quotes=True), "He said, ", "\"'No' is no answer.\"", "“‘No’ is no answer.”"),
        (Style(curly_quotes=True), "It was the keeper", "'s lamp", "’s lamp"),
        (Style(curly_quotes=True), "", '"Come', "“Come"),
        (Style(curly_quotes=True), "He knew—", '"Come', "“Come"),
        (Style(ellipsis=True), "He", " waited...", " waited…"),
        (Style(dash=" – "), "He", " knew—or thought", " knew – or thought"),
        (Style(dash=" — "), "He knew", "—or thought", " — or thought"),
        (Style(dash=" – "), "He knew ", "—or thought", "– or thought"),
        (Style(dash=" – "), "He knew –", "or thought", " or thought"),
        (Style(dash=" -- "), "He knew --", "or thought", " or thought"),
        (Style(dash=" – "), "He knew – ", "or thought", "or thought"),
        (Style(dash="--"), "He", " knew—or thought", " knew--or thought"),
    ],
)
def test_a_suggestion_is_written_in_the_drafts_typography(
    style: Style, before: str, suggestion: str, written: str
) -> None:
    assert style.write(suggestion, before) == written


@given(st.lists(st.sampled_from(["a", " b", "—", "...", " c", ",", " d"]), max_size=12))
def test_what_is_written_in_the_drafts_typography_is_read_back_the_same(pieces: list[str]) -> None:
    suggestion = "".join(pieces)
    if "—," in suggestion or "——" in suggestion or "— " in suggestion or "...—" in suggestion or "...." in suggestion:
        return
    for style in (Style(curly_quotes=True, ellipsis=True, dash=" – "), Style(dash="--"), Style(dash=" -- ")):
        assert read("He" + style.write(suggestion, "He")) == "He" + suggestion


@pytest.mark.parametrize(
    ("before", "heading"),
    [
        ("# One", True),
        ("The rain.\n## Two", True),
        ("#", True),
        ("  # One", True),
        ("***", True),
        ("The rain.\n* *", True),
        ("---", True),
        ("#one", False),
        ("The rain", False),
        ("# One\nThe rain", False),
        ("*", False),
        ("*The", False),
        ("", False),
        ("It was #", False),
    ],
)
def test_headings_and_scene_breaks_are_places_of_silence(before: str, heading: bool) -> None:
    assert in_heading(before) is heading
