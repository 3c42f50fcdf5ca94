import zipfile
from pathlib import Path
from xml.etree import ElementTree

import docx
import pytest
from docx.document import Document as DocxDocument
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from hypothesis import given, settings
from hypothesis import strategies as st

from writer_app.documents.export import export_text

STORY = """# The Ferry

It was *never* late; it was **always** late, ***quite***, `so`.

Then it came.

* * *

Maud rowed.

## Two

### Three

河水深。 Река. Το ποτάμι. النهر. ▁

One line,
another line.
"""


def exported(text: str, folder: Path, **about: str) -> DocxDocument:
    export_text(text, folder / "out.docx", **about)
    return docx.Document(str(folder / "out.docx"))


def test_every_block_has_its_style(tmp_path: Path) -> None:
    document = exported(STORY, tmp_path)

    assert [(p.style.name, p.text) for p in document.paragraphs if p.style] == [
        ("Title", "The Ferry"),
        ("First Paragraph", "It was never late; it was always late, quite, so."),
        ("Normal", "Then it came."),
        ("Scene Break", "* * *"),
        ("First Paragraph", "Maud rowed."),
        ("Heading 2", "Two"),
        ("Heading 3", "Three"),
        ("First Paragraph", "河水深。 Река. Το ποτάμι. النهر. ▁"),
        ("Verse", "One line,\nanother line."),
    ]


def test_chapters_are_headings_that_begin_a_page(tmp_path: Path) -> None:
    one, _, two, _ = exported("# One\n\nText.\n\n# Two\n\nText.", tmp_path).paragraphs

    assert [one.style.name, two.style.name] == ["Heading 1", "Heading 1"]  # type: ignore[union-attr]
    assert (one.paragraph_format.page_break_before, two.paragraph_format.page_break_before) == (None, True)


def test_emphasis_is_in_the_runs(tmp_path: Path) -> None:
    runs = exported(STORY, tmp_path).paragraphs[1].runs

    assert [(r.text, r.bold, r.italic) for r in runs] == [
        ("It was ", None, None),
        ("never", None, True),
        (" late; it was ", None, None),
        ("always", True, None),
        (" late, ", None, None),
        ("quite", True, True),
        (", ", None, None),
        ("so", None, None),
        (".", None, None),
    ]
    assert runs[7].style.name == "Code"


@pytest.mark.parametrize("style", ["Normal", "Title", "Heading 1", "Heading 2", "Heading 3"])
@pytest.mark.parametrize(
    ("text", "face", "language"),
    [
        ("他深夜走出家门。", "SimSun", "zh-CN"),
        ("彼は夜遅く家を出た。", "MS Mincho", "ja-JP"),
        ("그는 밤늦게 집을 나왔다.", "Batang", "ko-KR"),
    ],
)
def test_every_style_names_fonts_for_all_scripts_and_the_language(
    tmp_path: Path, style: str, text: str, face: str, language: str
) -> None:
    properties = exported(text, tmp_path).styles[style].element.rPr

    fonts = properties.find(qn("w:rFonts"))
    assert {key.split("}")[1]: value for key, value in fonts.attrib.items()} == {
        "ascii": "Georgia",
        "hAnsi": "Georgia",
        "eastAsia": face,
        "cs": "Times New Roman",
    }
    assert properties.find(qn("w:lang")).get(qn("w:eastAsia")) == language


def test_an_english_draft_is_spell_checked_as_english(tmp_path: Path) -> None:
    text = "She said that the river was high, and he had not seen it."
    properties = exported(text, tmp_path).styles["Normal"].element.rPr

    assert properties.find(qn("w:lang")).get(qn("w:val")) == "en"


def test_title_author_and_language_are_properties(tmp_path: Path) -> None:
    properties = exported(
        "She was the one that he had.", tmp_path, title="The Ferry", author="A. Writer"
    ).core_properties

    assert (properties.title, properties.author, properties.language) == ("The Ferry", "A. Writer", "en")
    assert properties.comments == ""


def test_properties_longer_than_the_format_allows_are_cut(tmp_path: Path) -> None:
    document = exported("# " + "long " * 100, tmp_path, author="\x01" + "a" * 400)

    assert len(document.core_properties.title) == 255
    assert document.core_properties.author == "a" * 255


def test_arabic_paragraphs_run_from_the_right_and_others_do_not(tmp_path: Path) -> None:
    arabic, english = exported("شعر *عربي*.\n\nEnglish.", tmp_path).paragraphs

    assert arabic._p.pPr.find(qn("w:bidi")) is not None  # type: ignore[union-attr]
    assert all(run.font.rtl for run in arabic.runs)
    assert [run.font.cs_italic for run in arabic.runs] == [None, True, None]
    assert english._p.pPr.find(qn("w:bidi")) is None  # type: ignore[union-attr]
    assert not any(run.font.rtl for run in english.runs)


def test_pages_are_numbered(tmp_path: Path) -> None:
    footer = exported(STORY, tmp_path).sections[0].footer.paragraphs[0]

    assert footer.alignment == WD_ALIGN_PARAGRAPH.CENTER
    assert footer._p.find(qn("w:fldSimple")).get(qn("w:instr")) == "PAGE"


def test_every_part_of_the_file_is_sound_xml(tmp_path: Path) -> None:
    exported(STORY + "\x00\x07\x1b\ufffe \ud800", tmp_path)

    with zipfile.ZipFile(tmp_path / "out.docx") as archive:
        assert archive.testzip() is None
        for name in archive.namelist():
            if name.endswith((".xml", ".rels")):
                ElementTree.fromstring(archive.read(name))


words = st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc", "Z"]), min_size=1), min_size=1, max_size=6).map(
    " ".join
)


@settings(max_examples=25)  # a docx takes a while
@given(st.lists(words, max_size=5))
def test_any_draft_has_its_words_in_the_document(
    tmp_path_factory: pytest.TempPathFactory, paragraphs: list[str]
) -> None:
    folder = tmp_path_factory.mktemp("out")
    text = "\n\n".join(paragraphs)
    export_text(text, folder / "out.txt")

    document = exported(text, folder)

    plain = (folder / "out.txt").read_text("utf-8").replace("\ufffe", "").replace("\uffff", "")
    assert " ".join(p.text for p in document.paragraphs).split() == plain.split()
