import re
import threading
import unicodedata
from pathlib import Path

import pypdfium2
import pytest

from tests.fakes import run_python
from writer_app.documents.export import export_file, export_text

PARAGRAPH = "The county sent a man for the book on the second Thursday in November, when the river was high and brown. "


class Pdf:
    """A PDF as a reader program sees it."""

    def __init__(self, path: Path) -> None:
        document = pypdfium2.PdfDocument(path)
        self.meta = document.get_metadata_dict()
        self.sizes = [page.get_size() for page in document]
        self.pages = [self._text(page.get_textpage()) for page in document]
        self.fonts = set(re.findall(rb"/FontName /(\S+)", path.read_bytes()))
        document.close()

    @staticmethod
    def _text(page: pypdfium2.PdfTextPage) -> str:
        """The characters, with a line end wherever the base line changes: PDFium joins a short line to the next."""
        text, base = "", None
        for index, character in enumerate(page.get_text_range()):
            if not character.isspace():
                bottom = page.get_charbox(index, loose=True)[1]
                if base is not None and abs(bottom - base) > 5:
                    text += "\n"
                base = bottom
            text += character
        return text.replace("\r\n", "\n")

    def words(self) -> list[str]:
        """The words of the draft: all but the page numbers at the feet, with Arabic letters in their plain forms."""
        pages = [page.rstrip().rsplit("\n", 1)[0] if len(self.pages) > 1 else page for page in self.pages]
        return unicodedata.normalize("NFKC", "\n".join(pages)).split()


@pytest.fixture(autouse=True)
def application(qapp: object) -> None:
    """The fonts of Qt need one."""


def exported(text: str, folder: Path, **about: str) -> Pdf:
    export_text(text, folder / "out.pdf", **about)
    return Pdf(folder / "out.pdf")


def test_the_words_of_a_story_can_be_taken_out_again(tmp_path: Path) -> None:
    text = (
        "# The Ferry\n\nOffice, fjord & *waffle*: “quite” — he said.\n\n***\n\n"
        + (PARAGRAPH * 4 + "\n\n") * 20
        + "The end."
    )

    pdf = exported(text, tmp_path)

    export_text(text, tmp_path / "out.txt")
    assert len(pdf.pages) > 3
    assert pdf.words() == (tmp_path / "out.txt").read_text("utf-8").split()


@pytest.mark.parametrize(
    "text", ["Он вышел из дома.", "Το ποτάμι ήταν ψηλά.", "Zażółć gęślą jaźń.", "▁ U+2581", "naïve café Ærø ŒUVRE"]
)
def test_letters_beyond_ascii_can_be_taken_out_again(tmp_path: Path, text: str) -> None:
    assert exported(text, tmp_path).words() == text.split()


def test_pages_are_a5_and_fonts_embedded(tmp_path: Path) -> None:
    pdf = exported(PARAGRAPH, tmp_path)

    (size,) = pdf.sizes
    assert size == pytest.approx((419.5, 595.3), abs=1)
    data = (tmp_path / "out.pdf").read_bytes()
    assert pdf.fonts
    assert data.count(b"/FontFile2") + data.count(b"/FontFile3") >= len(pdf.fonts)
    assert b"/ToUnicode" in data


def test_title_and_author_are_properties(tmp_path: Path) -> None:
    pdf = exported("# The Fährmann\n\nText.", tmp_path, author="Ö. Writer")

    assert (pdf.meta["Title"], pdf.meta["Author"], pdf.meta["Creator"]) == ("The Fährmann", "Ö. Writer", "Writer App")


def test_pages_are_numbered_unless_there_is_one(tmp_path: Path) -> None:
    long = exported((PARAGRAPH * 4 + "\n\n") * 12, tmp_path)
    short = exported("One page.", tmp_path)

    assert [page.rstrip().rsplit("\n", 1)[1] for page in long.pages] == [str(n + 1) for n in range(len(long.pages))]
    assert short.pages[0].split() == ["One", "page."]


def test_no_line_is_on_two_pages(tmp_path: Path) -> None:
    sentences = [f"Sentence number {number} stands here once." for number in range(400)]

    pdf = exported(" ".join(sentences), tmp_path)

    found = re.findall(r"number (\d+) stands", " ".join(pdf.words()))
    assert found == [str(number) for number in range(400)]


def test_a_chapter_begins_a_page(tmp_path: Path) -> None:
    pdf = exported("# One\n\nText.\n\n# Two\n\nText.", tmp_path)

    assert [page.split()[0] for page in pdf.pages] == ["One", "Two"]


@pytest.mark.parametrize("lines", range(20, 34))
def test_a_heading_never_stands_alone_at_the_foot_of_a_page(tmp_path: Path, lines: int) -> None:
    pdf = exported("\n\n".join(["Line."] * lines) + "\n\n## Lonely\n\nText after it.", tmp_path)

    (page,) = (page for page in pdf.pages if "Lonely" in page)
    assert "Text after it." in page


@pytest.mark.parametrize("lines", range(22, 34))
def test_no_line_of_a_paragraph_stands_alone_on_a_page(tmp_path: Path, lines: int) -> None:
    pdf = exported("\n\n".join(["Short."] * lines) + "\n\n" + PARAGRAPH * 2 + "\n\nAfter.", tmp_path)

    for page in pdf.pages:
        alone = [line for line in page.split("\n") if line.strip() not in {"Short.", "After.", "", "1", "2"}]
        assert len(alone) != 1


def test_headings_all_the_way_down_still_fill_pages(tmp_path: Path) -> None:
    pdf = exported("\n\n".join(f"## Heading{n}" for n in range(60)), tmp_path)

    assert pdf.words() == [f"Heading{n}" for n in range(60)]


def test_first_lines_are_indented_but_not_after_a_heading_or_a_scene_break(tmp_path: Path) -> None:
    export_text("## One\n\nXalpha.\n\nXbeta.\n\n***\n\nXgamma.\n\nXdelta.", tmp_path / "out.pdf")
    document = pypdfium2.PdfDocument(tmp_path / "out.pdf")
    page = document[0].get_textpage()
    text = page.get_text_range()
    left = {word: page.get_charbox(text.index(word))[0] for word in ("Xalpha", "Xbeta", "Xgamma", "Xdelta")}
    document.close()

    assert left["Xalpha"] == pytest.approx(left["Xgamma"], abs=0.5)
    assert left["Xbeta"] == pytest.approx(left["Xdelta"], abs=0.5)
    assert left["Xbeta"] - left["Xalpha"] == pytest.approx(15, abs=1)


def test_text_stays_inside_the_margins(tmp_path: Path) -> None:
    export_text(
        "# A rather long title for a story, long enough for two lines\n\n" + PARAGRAPH * 30, tmp_path / "out.pdf"
    )
    document = pypdfium2.PdfDocument(tmp_path / "out.pdf")
    for number in range(len(document)):
        page = document[number].get_textpage()
        text = page.get_text_range()
        boxes = [page.get_charbox(i) for i, c in enumerate(text) if not c.isspace()]
        assert min(box[0] for box in boxes) > 45
        assert max(box[2] for box in boxes) < 419.5 - 45
        assert min(box[1] for box in boxes) > 30
        assert max(box[3] for box in boxes) < 595 - 45
    document.close()


def test_characters_that_no_font_has_are_named(tmp_path: Path) -> None:
    notes = export_text("Private: \U000f0000, \U0010fffd.", tmp_path / "out.pdf")

    assert len(notes) == 1
    assert notes[0].startswith("No font on this machine has U+F0000 U+10FFFD; boxes stand in the PDF for them.")


def test_the_command_line_needs_no_display_and_may_export_twice(tmp_path: Path) -> None:
    (tmp_path / "draft.md").write_text("# The Ferry\n\nText.")
    code = """
import os, sys
from pathlib import Path
for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
    os.environ.pop(name, None)
from writer_app.documents.export import export_file
folder = Path(sys.argv[1])
for name in ("one.pdf", "two.pdf"):
    print(export_file(folder / "draft.md", folder / name))
"""

    result = run_python(code, tmp_path)

    assert (result.returncode, result.stdout) == (0, "()\n()\n"), result.stderr
    assert Pdf(tmp_path / "two.pdf").words() == ["The", "Ferry", "Text."]


def test_pdfs_may_be_made_in_several_threads_at_once(tmp_path: Path) -> None:
    def export(number: int) -> None:
        export_text(f"# Story {number}\n\n" + PARAGRAPH * 40, tmp_path / f"{number}.pdf")

    threads = [threading.Thread(target=export, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [Pdf(tmp_path / f"{number}.pdf").words()[:2] for number in range(4)] == [["Story", str(n)] for n in range(4)]


def test_the_sample_story_exports_whole(tmp_path: Path) -> None:
    from writer_app.paths import resources_folder

    (story,) = (resources_folder() / "sample").glob("*.md")
    export_file(story, tmp_path / "story.pdf")
    export_file(story, tmp_path / "story.txt")

    assert Pdf(tmp_path / "story.pdf").words() == (tmp_path / "story.txt").read_text("utf-8").split()
