import errno
import html.parser
import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes import FaultyDisk
from writer_app.documents.export import FORMATS, export_file, export_text, format_of
from writer_app.documents.export.language import guess_language
from writer_app.errors import UserError

STORY = """# The Ferry

It was *never* late; it was **always** late, & “quite” <late>.

***

河水深。 Река. Το ποτάμι. النهر.

## Two

One line,
another line.
"""


class Page(html.parser.HTMLParser):
    """What a browser would see: the tags in order, and the words."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: dict[str, dict[str, str | None]] = {}
        self.words = ""
        self._hidden = False
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes.setdefault(tag, dict(attrs))
        self._hidden = tag in {"style", "title"} or (self._hidden and tag == "meta")

    def handle_endtag(self, tag: str) -> None:
        self._hidden = False

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.words += data


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "ferry.md"
    path.write_text(STORY)
    return path


# --------------------------------------------------------------------------------------------------- any format


@pytest.mark.parametrize("fmt", FORMATS)
@pytest.mark.usefixtures("qapp")
def test_a_failed_export_leaves_what_was_there(source: Path, monkeypatch: pytest.MonkeyPatch, fmt: str) -> None:
    target = source.with_name(f"out.{fmt}")
    target.write_bytes(b"the export of yesterday")
    with monkeypatch.context() as patch:
        FaultyDisk(patch, "fsync", errno.ENOSPC)
        with pytest.raises(UserError, match=rf"out\.{fmt} could not be saved: the disk is full"):
            export_file(source, target)

    assert target.read_bytes() == b"the export of yesterday"
    assert sorted(path.name for path in source.parent.iterdir()) == ["ferry.md", f"out.{fmt}"]


@pytest.mark.parametrize("fmt", FORMATS)
@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n\n",
        "***",
        "#",
        "# ",
        "word",
        "\ud800 half",
        "a\x00b\x07c\x1bd\x0ce\ufffef",
        "▁ U+2581",
        "a\u2028b\u2029c",
        "*" * 300,
    ],
    ids=ascii,
)
def test_no_text_is_too_odd_to_export(tmp_path: Path, fmt: str, text: str) -> None:
    export_text(text, tmp_path / f"out.{fmt}")

    assert (tmp_path / f"out.{fmt}").exists()


@pytest.mark.parametrize("fmt", ["html", "docx", "pdf"])
@pytest.mark.usefixtures("qapp")
def test_control_characters_are_left_out_and_that_is_said(tmp_path: Path, fmt: str) -> None:
    notes = export_text("one\x07 two\x01", tmp_path / f"out.{fmt}")

    assert notes == ("2 times, a control character stood in the draft; this format leaves it out.",)


@pytest.mark.parametrize("fmt", FORMATS)
@pytest.mark.usefixtures("qapp")
def test_half_a_character_is_replaced_and_that_is_said(tmp_path: Path, fmt: str) -> None:
    notes = export_text("one \ud83d two", tmp_path / f"out.{fmt}")

    assert notes == ("Once, half a character stood in the draft; \N{REPLACEMENT CHARACTER} stands there now.",)


@pytest.mark.parametrize(
    ("name", "fmt", "expected"),
    [
        ("a.md", None, "md"),
        ("a.MARKDOWN", None, "md"),
        ("a.text", None, "txt"),
        ("a.htm", None, "html"),
        ("a.docx", None, "docx"),
        ("a.PDF", None, "pdf"),
        ("a", "Pdf", "pdf"),
        ("a.txt", "html", "html"),
    ],
)
def test_the_format_is_what_is_asked_for_or_what_the_name_says(name: str, fmt: str | None, expected: str) -> None:
    assert format_of(Path(name), fmt) == expected


@pytest.mark.parametrize(("name", "fmt"), [("a.odt", None), ("a", None), ("a.md", "rtf")])
def test_another_format_is_refused_with_those_there_are(name: str, fmt: str | None) -> None:
    with pytest.raises(UserError) as caught:
        format_of(Path(name), fmt)

    assert caught.value.remedy == "Choose one of docx, pdf, html, md, txt."


def test_the_draft_itself_is_not_overwritten_by_its_export(source: Path) -> None:
    with pytest.raises(UserError, match="is the draft itself"):
        export_file(source, source.parent / "." / "ferry.md")

    assert source.read_text() == STORY


def test_a_draft_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no such file"):
        export_file(tmp_path / "none.md", tmp_path / "out.txt")


def test_a_folder_that_is_not_there_is_told(source: Path) -> None:
    with pytest.raises(UserError, match="no such file or folder"):
        export_file(source, source.parent / "gone" / "out.txt")


def test_what_reading_had_to_guess_is_said_when_exporting(tmp_path: Path) -> None:
    (tmp_path / "old.txt").write_bytes("Déjà vu, dit-elle.".encode("cp1252"))

    notes = export_file(tmp_path / "old.txt", tmp_path / "new.txt")

    assert "cp1252" in notes[0]
    assert (tmp_path / "new.txt").read_text("utf-8") == "Déjà vu, dit-elle.\n"


# ---------------------------------------------------------------------------------------- Markdown, plain text


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_markdown_is_the_draft_itself(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    target = tmp_path_factory.mktemp("out") / "out.md"

    assert export_text(text, target) == ()

    exported = target.read_bytes().decode()
    assert exported == (text if not text or text.endswith("\n") else text + "\n")


def test_plain_text_has_the_words_and_no_marks(source: Path) -> None:
    target = source.with_suffix(".txt")

    export_file(source, target)

    assert target.read_text("utf-8") == (
        "The Ferry\n\nIt was never late; it was always late, & “quite” <late>.\n\n* * *\n\n"
        "河水深。 Река. Το ποτάμι. النهر.\n\nTwo\n\nOne line,\nanother line.\n"
    )


# ------------------------------------------------------------------------------------------------------- HTML


def test_html_is_one_semantic_file(source: Path) -> None:
    target = source.with_suffix(".html")
    export_file(source, target, author="A. <Writer>")
    text = target.read_text("utf-8")

    page = Page(text)

    body = page.tags[page.tags.index("article") + 1 :]
    assert body == ["h1", "p", "em", "strong", "hr", "p", "h2", "p", "br"]
    assert text.startswith("<!DOCTYPE html>\n")
    assert page.attributes["meta"] == {"charset": "utf-8"}
    assert page.attributes["html"]["lang"] == "en"
    assert '<meta name="author" content="A. &lt;Writer&gt;">' in text
    assert "<title>The Ferry</title>" in text
    assert not re.search(r"""(?:src|href)=|url\(|@import|<script""", text)


@given(
    st.lists(
        st.text(st.characters(categories=["L", "N", "P", "S"], exclude_characters="*_`\\&#-"), min_size=1), min_size=1
    )
)
def test_html_holds_every_character_escaped(tmp_path_factory: pytest.TempPathFactory, words: list[str]) -> None:
    target = tmp_path_factory.mktemp("out") / "out.html"

    export_text(" ".join(words), target)

    assert Page(target.read_text("utf-8")).words.split() == [piece for word in words for piece in word.split()]


def test_html_has_code_and_verse(tmp_path: Path) -> None:
    export_text("`x < y`\n\none\ntwo\n\nText.", tmp_path / "out.html")

    text = (tmp_path / "out.html").read_text()
    assert "<p><code>x &lt; y</code></p>" in text
    assert '<p class="verse">one<br>\ntwo</p>' in text


def test_the_title_of_a_draft_without_headings_is_its_name(tmp_path: Path) -> None:
    (tmp_path / "ferry.md").write_text("Text.")

    export_file(tmp_path / "ferry.md", tmp_path / "out.html")

    assert "<title>ferry</title>" in (tmp_path / "out.html").read_text()


def test_a_title_that_is_given_goes_into_the_properties_only(tmp_path: Path) -> None:
    export_text("# The Ferry\n\nText.", tmp_path / "out.html", title="Another <Title>")

    text = (tmp_path / "out.html").read_text()
    assert "<title>Another &lt;Title&gt;</title>" in text
    assert Page(text).words.split() == ["The", "Ferry", "Text."]


def test_arabic_html_runs_from_the_right(tmp_path: Path) -> None:
    export_text("خرج من البيت في وقت متأخر من الليل.", tmp_path / "out.html")

    assert '<html lang="ar" dir="rtl">' in (tmp_path / "out.html").read_text("utf-8")


# --------------------------------------------------------------------------------------------------- language


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "She said that the river was high, and he had not seen it with his own eyes."),
        ("fr", "Elle était dans une barque avec les autres, mais pas pour des raisons claires."),
        ("de", "Der Mann war nicht auf dem Boot, und die Frau sah sich nicht um."),
        ("es", "Ella no había visto el río, pero los hombres estaban con una barca para él."),
        ("ru", "Он вышел из дома поздно ночью и долго смотрел на реку."),
        ("el", "Βγήκε από το σπίτι αργά τη νύχτα."),
        ("zh", "他深夜走出家门，久久地望着河水。"),
        ("ja", "彼は夜遅く家を出て、長い間川を見つめていた。"),
        ("ko", "그는 밤늦게 집을 나와 오랫동안 강을 바라보았다."),
        ("he", "הוא יצא מהבית מאוחר בלילה."),
        ("und", "Xyzzy plugh."),
        ("und", ""),
        ("und", json.dumps(list(range(50)))),
    ],
)
def test_the_language_of_a_draft_is_told_from_its_words(language: str, text: str) -> None:
    assert guess_language(text) == language
