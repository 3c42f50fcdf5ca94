import pytest
from hypothesis import given
from hypothesis import strategies as st

from writer_app.documents.markup import (
    Block,
    Heading,
    Paragraph,
    SceneBreak,
    Span,
    inline,
    is_scene_break,
    is_verse,
    parse,
    plain,
)


def blocks(text: str) -> list[Block]:
    return list(parse(text).blocks)


def paragraph(text: str) -> Paragraph:
    return Paragraph((Span(text),))


# ---------------------------------------------------------------------------------------------------- blocks


@pytest.mark.parametrize("level", range(1, 7))
def test_number_signs_make_headings(level: int) -> None:
    assert blocks("#" * level + " The River") == [Heading(level, (Span("The River"),))]


@pytest.mark.parametrize("line", ["# The River #", "  # The River", "#\tThe River", "# The River   "])
def test_what_decorates_a_heading_is_not_in_it(line: str) -> None:
    assert blocks(line) == [Heading(1, (Span("The River"),))]


@pytest.mark.parametrize("line", ["#hashtag", "####### seven", "    # deep", "\\# not one"])
def test_what_only_looks_like_a_heading_stays_text(line: str) -> None:
    (found,) = blocks(line)

    assert isinstance(found, Paragraph)


@pytest.mark.parametrize("line", ["***", "* * *", "---", "- - -", "___", "#", "# # #", "⁂", "  *  *  *  ", "*****"])
def test_a_scene_break_is_one_in_all_its_shapes(line: str) -> None:
    assert is_scene_break(line)
    assert blocks(f"Before.\n\n{line}\n\nAfter.") == [paragraph("Before."), SceneBreak(), paragraph("After.")]


@pytest.mark.parametrize("line", ["*", "**", "--", "—", "* * x", "#1", "*-*", "-*-"])
def test_what_only_looks_like_a_scene_break_is_none(line: str) -> None:
    assert not is_scene_break(line)
    assert SceneBreak() not in blocks(line)


def test_headings_and_scene_breaks_need_no_blank_lines_about_them() -> None:
    text = "# One\nFirst.\n\nSecond.\n---\nThird.\n## Two\nFourth."

    assert blocks(text) == [
        Heading(1, (Span("One"),)),
        paragraph("First."),
        paragraph("Second."),
        SceneBreak(),
        paragraph("Third."),
        Heading(2, (Span("Two"),)),
        paragraph("Fourth."),
    ]


@pytest.mark.parametrize("text", ["", "\n\n", "   \n\t\n", "\u3000\n"])
def test_blank_text_has_no_blocks(text: str) -> None:
    assert blocks(text) == []


@pytest.mark.parametrize(
    "text", ["- Never, he said.", "1916. A hard year.", "> quoted", "    four spaces", "[a](b) <i>x</i>", "| a | b |"]
)
def test_what_a_story_may_begin_a_line_with_is_not_markup(text: str) -> None:
    assert blocks(f"Before.\n\n{text}") == [paragraph("Before."), paragraph(text.strip())]


# --------------------------------------------------------------------------------------------- single line ends


def test_with_blank_lines_between_paragraphs_a_single_line_end_is_a_line_break() -> None:
    verse, after = blocks("The river ran,\nthe river rose,\n  and ran.\n\nThat was all.")

    assert verse == paragraph("The river ran,\nthe river rose,\nand ran.")
    assert is_verse(verse)
    assert not is_verse(after)


def test_without_blank_lines_every_line_is_a_paragraph() -> None:
    text = "# One\n“Eaten?” she said.\n\u3000“No.”\n\tHe sat down."

    assert blocks(text)[1:] == [paragraph("“Eaten?” she said."), paragraph("“No.”"), paragraph("He sat down.")]


def test_a_paragraph_wrapped_at_a_column_is_joined() -> None:
    text = (
        "The county sent a man for the book on the second Thursday in\n"
        "November, when the river was high and nobody but a man from\n"
        "the county would have thought of crossing."
    )

    (found,) = blocks(text)

    assert found == paragraph(text.replace("\n", " "))


def test_chinese_lines_are_not_taken_for_wrapped_ones() -> None:
    line = "他深夜走出家门，久久地望着河水，月亮升起来了，谁也没有说话，只有风在吹，他想起了从前的那个夏天，那时河边还有渡船。"

    assert blocks(f"{line}\n{line}") == [paragraph(line), paragraph(line)]


@pytest.mark.parametrize("end", ["  ", "\\", "     "])
def test_a_hard_break_is_kept(end: str) -> None:
    assert blocks(f"One{end}\ntwo.\n\nThree.")[0] == paragraph("One\ntwo.")


def test_line_ends_of_all_systems_and_word_processors_are_understood() -> None:
    assert blocks("One.\r\n\r\nTwo.\r\rThree.\u2029Four.\fFive.") == [
        paragraph(word) for word in ("One.", "Two.", "Three.", "Four.", "Five.")
    ]
    assert blocks("One\u2028two\vthree.\n\nFour.")[0] == paragraph("One\ntwo\nthree.")


# ---------------------------------------------------------------------------------------------------- inline


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("plain", (Span("plain"),)),
        ("*a*", (Span("a", italic=True),)),
        ("_a_", (Span("a", italic=True),)),
        ("**a**", (Span("a", bold=True),)),
        ("***a***", (Span("a", bold=True, italic=True),)),
        (
            "a *b **c** d* e",
            (
                Span("a "),
                Span("b ", italic=True),
                Span("c", bold=True, italic=True),
                Span(" d", italic=True),
                Span(" e"),
            ),
        ),
        ("`x *y*`", (Span("x *y*", code=True),)),
        (r"\*a\* \_b\_", (Span("*a* _b_"),)),
        ("snake_case_name", (Span("snake_case_name"),)),
        ("2 * 3 * 4", (Span("2 * 3 * 4"),)),
        ("**open *still", (Span("**open *still"),)),
        ("Tom &amp; Ann &mdash; AT&T", (Span("Tom & Ann — AT&T"),)),
        ("<b>x</b>", (Span("<b>x</b>"),)),
        (
            "“*Said*,” he—*no*.",
            (Span("“"), Span("Said", italic=True), Span(",” he—"), Span("no", italic=True), Span(".")),
        ),
        ("", ()),
    ],
)
def test_emphasis_is_read(source: str, expected: tuple[Span, ...]) -> None:
    assert inline(source) == expected


def test_emphasis_goes_on_over_a_line_break() -> None:
    assert inline("*one\ntwo*") == (Span("one\ntwo", italic=True),)


# ------------------------------------------------------------------------------------------------- properties

letters = st.characters(categories=["L", "N"])


@given(st.text())
def test_any_text_is_a_draft(text: str) -> None:
    for block in parse(text).blocks:
        if isinstance(block, Paragraph):
            assert plain(block.spans)


@given(st.lists(st.lists(st.text(letters, min_size=1, max_size=8), min_size=1, max_size=9).map(" ".join), max_size=9))
def test_no_word_is_lost(paragraphs: list[str]) -> None:
    found = parse("\n\n".join(paragraphs)).blocks

    assert [plain(block.spans) for block in found if isinstance(block, Paragraph)] == paragraphs


@given(
    st.lists(st.tuples(st.text(letters, min_size=1, max_size=8), st.booleans(), st.booleans()), min_size=1, max_size=6)
)
def test_emphasis_written_out_is_read_back(parts: list[tuple[str, bool, bool]]) -> None:
    source = " ".join("*" * (italic + 2 * bold) + word + "*" * (italic + 2 * bold) for word, bold, italic in parts)

    found = inline(source)

    assert plain(found) == " ".join(word for word, _, _ in parts)
    read = [(word, span.bold, span.italic) for span in found for word in span.text.split()]
    assert read == parts


# ------------------------------------------------------------------------------------------------------ title


@pytest.mark.parametrize(
    ("text", "title", "is_title"),
    [
        ("# The *Ferry* Book\n\nText.", "The Ferry Book", True),
        ("# Book\n\n## One\n\nText.", "Book", True),
        ("# One\n\nText.\n\n# Two\n\nText.", "One", False),
        ("Text.\n\n# One\n\nText.", "One", False),
        ("## Only a chapter\n\nText.", "", False),
        ("Text.", "", False),
        ("", "", False),
    ],
)
def test_the_title_is_a_first_heading_that_is_alone_in_its_level(text: str, title: str, is_title: bool) -> None:
    document = parse(text)

    assert (document.title, document.has_title_page_heading) == (title, is_title)
