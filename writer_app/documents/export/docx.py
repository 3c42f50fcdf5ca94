"""Word documents with real styles, so that an editor can change the look of all headings or scene breaks at once.

Title, Heading 1 to 6, First Paragraph, Normal, Verse, Scene Break; emphasis and code by runs. Every style names fonts for
Latin, East Asian and complex scripts and a language, so that Word picks a face with the letters and the right speller.
"""

from __future__ import annotations

import io
import re
import unicodedata
from datetime import UTC, datetime
from typing import TYPE_CHECKING, cast

import docx
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from writer_app.documents.export.language import RIGHT_TO_LEFT, UNKNOWN
from writer_app.documents.export.manuscript import SCENE_BREAK, Rendered
from writer_app.documents.markup import Heading, SceneBreak, Span, is_verse, plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from docx.document import Document as DocxDocument
    from docx.oxml.xmlchemy import BaseOxmlElement
    from docx.styles.style import CharacterStyle, ParagraphStyle
    from docx.text.paragraph import Paragraph as DocxParagraph

    from writer_app.documents.export.manuscript import Manuscript

_FACE = "Georgia"
_CODE_FACE = "Courier New"
_COMPLEX_FACE = "Times New Roman"  # Arabic, Hebrew, Thai
_EAST_ASIAN_FACES = {"ja": "MS Mincho", "ko": "Batang", "zh": "SimSun"}
_EAST_ASIAN_LANGUAGES = {"ja": "ja-JP", "ko": "ko-KR", "zh": "zh-CN"}
_CODE_STYLE = "Code"
_HEADING_SIZES = {1: 20, 2: 15, 3: 13, 4: 12, 5: 12, 6: 12}  # points
_INDENT = Cm(0.75)


def render(manuscript: Manuscript) -> Rendered:
    """Return a docx. The first page shows nothing that is not in the draft; title and author are properties."""
    document = docx.Document()
    _set_properties(document, manuscript)
    _set_page(document)
    _set_styles(document, manuscript.language)
    _write_blocks(document, manuscript)
    out = io.BytesIO()
    document.save(out)
    return Rendered(out.getvalue())


def _write_blocks(document: DocxDocument, manuscript: Manuscript) -> None:
    has_title = manuscript.document.has_title_page_heading
    after_break = True
    for index, block in enumerate(manuscript.document.blocks):
        if isinstance(block, SceneBreak):
            document.add_paragraph(SCENE_BREAK, style="Scene Break")
        else:
            if is_verse(block):
                style = "Verse"
            elif not isinstance(block, Heading):
                style = "First Paragraph" if after_break else "Normal"
            elif index == 0 and has_title:
                style = "Title"
            else:
                style = f"Heading {block.level}"
            paragraph = document.add_paragraph(style=style)
            if style == "Heading 1" and index > 0:
                paragraph.paragraph_format.page_break_before = True
            _write_spans(paragraph, block.spans)
        after_break = isinstance(block, Heading | SceneBreak)


def _write_spans(paragraph: DocxParagraph, spans: Sequence[Span]) -> None:
    right_to_left = _runs_right_to_left(plain(spans))
    if right_to_left:
        properties = paragraph._p.get_or_add_pPr()  # noqa: SLF001  # python-docx has no other way to say it
        properties.append(OxmlElement("w:bidi"))
    for span in spans:
        run = paragraph.add_run(span.text, style=_CODE_STYLE if span.code else None)
        # None, not False: the style decides where the draft says nothing.
        run.bold = span.bold or None
        run.italic = span.italic or None
        if right_to_left:
            run.font.rtl = True
            run.font.cs_bold = span.bold or None
            run.font.cs_italic = span.italic or None


def _runs_right_to_left(text: str) -> bool:
    """Say which way a paragraph runs: as its first letter does."""
    for character in text:
        direction = unicodedata.bidirectional(character)
        if direction in {"L", "R", "AL"}:
            return direction != "L"
    return False


def _set_properties(document: DocxDocument, manuscript: Manuscript) -> None:
    properties = document.core_properties
    now = datetime.now(UTC)
    properties.title = _property(manuscript.title)
    properties.author = _property(manuscript.author)
    properties.last_modified_by = _property(manuscript.author)
    properties.language = "" if manuscript.language == UNKNOWN else manuscript.language
    properties.comments = ""  # python-docx names itself here
    properties.created = properties.modified = now


def _property(text: str) -> str:
    """Cut a property to what the format allows."""
    return re.sub(r"\s+", " ", text)[:255]


def _set_page(document: DocxDocument) -> None:
    """A4 with room at the sides for a line of 70 characters, and the page's number at the foot."""
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(3)
    section.top_margin = section.bottom_margin = Cm(2.5)
    footer = section.footer.paragraphs[0]
    footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    field.append(footer.add_run("1")._r)  # noqa: SLF001  # python-docx knows no fields
    footer._p.append(field)  # noqa: SLF001


def _set_styles(document: DocxDocument, language: str) -> None:
    styles = document.styles
    normal = cast("ParagraphStyle", styles["Normal"])
    _set_face(normal, language)
    normal.font.size = Pt(12)
    normal.paragraph_format.space_after = Pt(0)
    normal.paragraph_format.line_spacing = 1.3
    normal.paragraph_format.first_line_indent = _INDENT
    normal.paragraph_format.widow_control = True

    first = cast("ParagraphStyle", styles.add_style("First Paragraph", WD_STYLE_TYPE.PARAGRAPH))
    first.base_style = normal
    first.next_paragraph_style = normal
    first.quick_style = True
    first.paragraph_format.first_line_indent = Cm(0)

    verse = cast("ParagraphStyle", styles.add_style("Verse", WD_STYLE_TYPE.PARAGRAPH))
    verse.base_style = normal
    verse.quick_style = True
    verse.paragraph_format.first_line_indent = Cm(0)
    verse.paragraph_format.left_indent = _INDENT

    pause = cast("ParagraphStyle", styles.add_style("Scene Break", WD_STYLE_TYPE.PARAGRAPH))
    pause.base_style = normal
    pause.next_paragraph_style = first
    pause.quick_style = True
    _set_apart(pause, before=14, after=14)
    pause.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER

    title = cast("ParagraphStyle", styles["Title"])
    _set_heading(title, language, size=26, before=48, after=36)
    title.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _remove_border(title)
    for level, size in _HEADING_SIZES.items():
        heading = cast("ParagraphStyle", styles[f"Heading {level}"])
        _set_heading(heading, language, size=size, before=28, after=12)
        heading.font.italic = level > 2
        heading.next_paragraph_style = first

    code = cast("CharacterStyle", styles.add_style(_CODE_STYLE, WD_STYLE_TYPE.CHARACTER))
    _set_face(code, language, face=_CODE_FACE)
    document.sections[0].footer.paragraphs[0].paragraph_format.first_line_indent = Cm(0)


def _set_heading(style: ParagraphStyle, language: str, *, size: int, before: int, after: int) -> None:
    _set_face(style, language)
    style.font.size = Pt(size)
    style.font.bold = False
    style.font.color.rgb = RGBColor(0, 0, 0)
    _set_apart(style, before=before, after=after)


def _set_apart(style: ParagraphStyle, *, before: int, after: int) -> None:
    style.paragraph_format.first_line_indent = Cm(0)
    style.paragraph_format.space_before = Pt(before)
    style.paragraph_format.space_after = Pt(after)
    style.paragraph_format.keep_with_next = True


def _set_face(style: ParagraphStyle | CharacterStyle, language: str, face: str = _FACE) -> None:
    """Name a font for each kind of script, and the language, instead of those of the template's theme."""
    properties = style.element.get_or_add_rPr()
    fonts = properties.get_or_add_rFonts()
    fonts.attrib.clear()
    fonts.set(qn("w:ascii"), face)
    fonts.set(qn("w:hAnsi"), face)
    fonts.set(qn("w:eastAsia"), _EAST_ASIAN_FACES.get(language, _EAST_ASIAN_FACES["zh"]))
    fonts.set(qn("w:cs"), _COMPLEX_FACE)
    for old in properties.findall(qn("w:lang")):
        properties.remove(old)
    properties.append(_language(language))


def _language(language: str) -> BaseOxmlElement:
    element = OxmlElement("w:lang")
    if language not in {UNKNOWN, *_EAST_ASIAN_LANGUAGES, *RIGHT_TO_LEFT}:
        element.set(qn("w:val"), language)
    element.set(qn("w:eastAsia"), _EAST_ASIAN_LANGUAGES.get(language, "zh-CN"))
    element.set(qn("w:bidi"), language if language in RIGHT_TO_LEFT else "ar")
    return element


def _remove_border(style: ParagraphStyle) -> None:
    """Take away the blue line under the template's title."""
    properties = style.element.get_or_add_pPr()
    for border in properties.findall(qn("w:pBdr")):
        properties.remove(border)
