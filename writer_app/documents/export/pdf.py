"""PDF: A5 pages set like a book, with fonts embedded and text that can be searched and copied.

The one module of this layer that needs Qt. QTextDocument lays the text out in one column, which is parted into pages
here: Qt would leave headings and single lines alone at the foot of a page. Ligatures are off, because a PDF reader
copies "fi" out of them as one sign.
"""

from __future__ import annotations

import unicodedata
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QByteArray, QCoreApplication, QIODevice, QMarginsF, QPointF, Qt
from PySide6.QtGui import (
    QFont,
    QFontDatabase,
    QGuiApplication,
    QImage,
    QPageLayout,
    QPageSize,
    QPainter,
    QPdfWriter,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextLayout,
    QTextLine,
)

from writer_app.documents.export.manuscript import SCENE_BREAK, Rendered
from writer_app.documents.markup import Heading, SceneBreak, Span, is_verse
from writer_app.paths import resources_folder

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from writer_app.documents.export.manuscript import Manuscript
    from writer_app.documents.markup import Block

_RESOLUTION = 1200  # dots per inch, fine enough that rounding cannot be seen
_LEFT = _RIGHT = 18.0  # mm
_TOP, _BOTTOM = 18.0, 24.0  # mm
_FOOT = 13.0  # mm from the edge of the paper to the base of the page number
_SIZE, _LEADING, _INDENT = 10.5, 15.0, 15.0  # points
_HEADING_SIZES = {1: 18.0, 2: 14.0, 3: 11.5}
_FACES = ("Noto Serif", "Source Serif 4", "Georgia", "DejaVu Serif", "Times New Roman")
_CODE_FACES = ("Noto Sans Mono", "DejaVu Sans Mono", "Courier New")
_ASIAN_FACES = {
    "ja": ("Noto Serif CJK JP", "Noto Sans CJK JP", "Yu Mincho", "Hiragino Mincho ProN"),
    "ko": ("Noto Serif CJK KR", "Noto Sans CJK KR", "Batang", "AppleMyungjo"),
    "zh": ("Noto Serif CJK SC", "Noto Sans CJK SC", "SimSun", "Songti SC"),
}
_MOST_MOVED = 6  # lines that may move to the next page for a better break
_LAST_FACE = "Droid Sans Fallback"  # named, or its punctuation comes from whatever font has some
_WITHOUT_GLYPH = {"Cc", "Cf", "Zs", "Zl", "Zp"}  # controls, joiners and spaces
_SHOWN_MISSING = 12  # characters named in a note


def render(manuscript: Manuscript) -> Rendered:
    """Return a PDF. Works in any thread if a QGuiApplication exists; without one, it is made for the time being."""
    with _application():
        _load_carried_fonts()
        out = QByteArray()
        buffer = QBuffer(out)
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        writer = _writer(buffer, manuscript)
        page = _Page(manuscript.language)
        document = page.set(manuscript, writer)
        _paint(document, writer, page)
        buffer.close()
        return Rendered(bytes(out.data()), _missing(manuscript, page))


@contextmanager
def _application() -> Iterator[None]:
    """Qt needs an application for its fonts; the command line has none, and a display is not needed."""
    existing = QCoreApplication.instance()
    if existing is not None:
        if not isinstance(existing, QGuiApplication):
            raise RuntimeError("PDF needs a QGuiApplication, and this process has made a QCoreApplication")
        yield
        return
    application = QGuiApplication(["writer-app", "-platform", "offscreen"])
    try:
        yield
    finally:
        application.shutdown()


def _load_carried_fonts() -> None:
    for font in sorted((resources_folder() / "fonts").glob("*.[ot]tf")):
        QFontDatabase.addApplicationFont(str(font))


def _writer(buffer: QBuffer, manuscript: Manuscript) -> QPdfWriter:
    writer = QPdfWriter(buffer)
    writer.setResolution(_RESOLUTION)
    writer.setPageLayout(
        QPageLayout(QPageSize(QPageSize.PageSizeId.A5), QPageLayout.Orientation.Portrait, QMarginsF(0, 0, 0, 0))
    )
    writer.setTitle(manuscript.title)
    writer.setAuthor(manuscript.author)
    writer.setCreator("Writer App")
    return writer


class _Page:
    """The measures and faces of a page, in the dots of the writer."""

    def __init__(self, language: str) -> None:
        asian = [face for key in (language, *_ASIAN_FACES) for face in _ASIAN_FACES.get(key, ())]
        self.families = [*_FACES, *dict.fromkeys(asian), _LAST_FACE]
        self._screen_resolution = QImage(1, 1, QImage.Format.Format_RGB32).logicalDpiY()  # an image has Qt's default
        self.left, self.top = _mm(_LEFT), _mm(_TOP)
        a5 = QPageSize.size(QPageSize.PageSizeId.A5, QPageSize.Unit.Millimeter)
        self.width = _mm(a5.width() - _LEFT - _RIGHT)
        # A whole number of lines, so that full pages end on the same line.
        self.height = _dots(_LEADING) * int(_mm(a5.height() - _TOP - _BOTTOM) / _dots(_LEADING))
        self.foot = _mm(a5.height() - _FOOT)

    def font(self, size: float = _SIZE, *, code: bool = False) -> QFont:
        font = QFont()
        font.setFamilies([*(_CODE_FACES if code else ()), *self.families])
        font.setPointSizeF(size * (0.92 if code else 1))
        for feature in ("liga", "clig", "dlig"):
            font.setFeature(QFont.Tag.fromString(feature) or QFont.Tag(), 0)
        return font

    def set(self, manuscript: Manuscript, writer: QPdfWriter) -> QTextDocument:
        """Lay out the draft in one long column."""
        document = QTextDocument()
        document.setUndoRedoEnabled(False)
        document.documentLayout().setPaintDevice(writer)
        document.setDocumentMargin(0)
        document.setDefaultFont(self.font())
        document.setTextWidth(self.width)
        cursor = QTextCursor(document)
        cursor.beginEditBlock()
        before: Block | None = None
        for index, block in enumerate(manuscript.document.blocks):
            block_format = self._block_format(manuscript, index, before)
            if index:
                cursor.insertBlock(block_format)
            else:
                cursor.setBlockFormat(block_format)
            self._insert(cursor, block)
            before = block
        cursor.endEditBlock()
        return document

    def _block_format(self, manuscript: Manuscript, index: int, before: Block | None) -> QTextBlockFormat:
        block = manuscript.document.blocks[index]
        shape = QTextBlockFormat()
        leading, alignment = _LEADING, Qt.AlignmentFlag.AlignJustify
        if isinstance(block, SceneBreak):
            alignment = Qt.AlignmentFlag.AlignHCenter
            self._set_space(shape, before=_LEADING, after=_LEADING)
        elif isinstance(block, Heading):
            is_large = block.level == 1
            leading = max(_LEADING, 1.35 * _HEADING_SIZES.get(block.level, _SIZE))
            alignment = Qt.AlignmentFlag.AlignHCenter if is_large else Qt.AlignmentFlag.AlignLeading
            above, below = (4, 2) if is_large else (1.5, 0.5)
            self._set_space(shape, before=above * _LEADING, after=below * _LEADING)
            shape.setHeadingLevel(block.level)
        elif is_verse(block):
            alignment = Qt.AlignmentFlag.AlignLeading
            shape.setLeftMargin(_dots(_INDENT))
        elif before is not None and not isinstance(before, Heading | SceneBreak):
            shape.setTextIndent(_dots(_INDENT))
        shape.setAlignment(alignment)
        shape.setLineHeight(self._logical(leading), QTextBlockFormat.LineHeightTypes.FixedHeight.value)
        return shape

    def _set_space(self, shape: QTextBlockFormat, *, before: float, after: float) -> None:
        shape.setTopMargin(self._logical(before))
        shape.setBottomMargin(self._logical(after))

    def _logical(self, points: float) -> float:
        """Convert a height in a block's format: Qt takes it for the screen's and scales it, unlike the widths there."""
        return points / 72 * self._screen_resolution

    def _insert(self, cursor: QTextCursor, block: Block) -> None:
        if isinstance(block, SceneBreak):
            cursor.insertText(SCENE_BREAK, self._manner(Span(""), _SIZE, italic=False))
            return
        is_heading = isinstance(block, Heading)
        size = _HEADING_SIZES.get(block.level, _SIZE) if isinstance(block, Heading) else _SIZE
        slanted = isinstance(block, Heading) and block.level > 2
        for span in block.spans:
            text = span.text.replace("\n", " " if is_heading else "\u2028")
            cursor.insertText(text, self._manner(span, size, italic=slanted))

    def _manner(self, span: Span, size: float, *, italic: bool) -> QTextCharFormat:
        font = self.font(size, code=span.code)
        font.setBold(span.bold)
        font.setItalic(span.italic != italic)  # emphasis in an italic heading stands upright
        manner = QTextCharFormat()
        manner.setFont(font)
        return manner


@dataclass(frozen=True)
class _Line:
    """A line of the whole text laid out in one column, and what a page break beside it has to mind."""

    line: QTextLine
    origin: QPointF  # of its block in the column
    top: float
    bottom: float
    is_first: bool  # of its paragraph
    is_last: bool
    keeps_next: bool  # headings and scene breaks do not end a page
    is_chapter: bool  # a heading of level 1: begins a page, a little lower

    def allows_break_before(self, previous: _Line) -> bool:
        """Say whether a page may end at `previous`: not with a heading, and no line of a paragraph stands alone."""
        is_orphan = previous.is_first and not previous.is_last
        is_widow = self.is_last and not self.is_first
        return not (previous.keeps_next or is_orphan or is_widow)


def _lines(document: QTextDocument) -> list[_Line]:
    lines: list[_Line] = []
    block = document.begin()
    while block.isValid():
        origin = document.documentLayout().blockBoundingRect(block).topLeft()
        layout, level = block.layout(), block.blockFormat().headingLevel()
        is_scene_break = bool(block.blockFormat().alignment() & Qt.AlignmentFlag.AlignHCenter)
        for number in range(layout.lineCount()):
            line = layout.lineAt(number)
            top = origin.y() + line.y()
            lines.append(
                _Line(
                    line=line,
                    origin=origin,
                    top=top,
                    bottom=top + line.height(),
                    is_first=number == 0,
                    is_last=number == layout.lineCount() - 1,
                    keeps_next=level > 0 or is_scene_break,
                    is_chapter=level == 1 and number == 0,
                )
            )
        block = block.next()
    return lines


def _pages(lines: Sequence[_Line], height: float) -> list[Sequence[_Line]]:
    """Part the lines into pages."""
    pages: list[Sequence[_Line]] = []
    start = 0
    while start < len(lines):
        room = height - _sink(lines[start])
        end = start + 1
        while end < len(lines) and lines[end].bottom - lines[start].top <= room and not lines[end].is_chapter:
            end += 1
        if end < len(lines) and not lines[end].is_chapter:
            end = _good_break(lines, start, end)
        pages.append(lines[start:end])
        start = end
    return pages


def _good_break(lines: Sequence[_Line], start: int, end: int) -> int:
    """Go back a few lines to where a page may end; where there is no such place, it ends where it is full."""
    for place in range(end, max(start, end - _MOST_MOVED), -1):
        if lines[place].allows_break_before(lines[place - 1]):
            return place
    return end


def _sink(line: _Line) -> float:
    """Return how much lower than others a page begins that begins with this line."""
    return 3 * _dots(_LEADING) if line.is_chapter else 0


def _paint(document: QTextDocument, writer: QPdfWriter, page: _Page) -> None:
    painter = QPainter(writer)
    pages = _pages(_lines(document), page.height)
    for number, lines in enumerate(pages):
        if number:
            writer.newPage()
        shift = QPointF(page.left, page.top + _sink(lines[0]) - lines[0].top)
        for line in lines:
            line.line.draw(painter, line.origin + shift)
        if len(pages) > 1:
            painter.setFont(page.font(_SIZE - 1.5))
            width = painter.fontMetrics().horizontalAdvance(str(number + 1))
            painter.drawText(QPointF(page.left + (page.width - width) / 2, page.foot), str(number + 1))
    painter.end()


def _missing(manuscript: Manuscript, page: _Page) -> tuple[str, ...]:
    """Name the characters that no font on this machine has: boxes stand in the PDF for them."""
    used = sorted(c for c in set(manuscript.text) if unicodedata.category(c) not in _WITHOUT_GLYPH)
    if not _lacks_glyph("".join(used), page.font()):
        return ()
    missing = [character for character in used if _lacks_glyph(character, page.font())]
    shown = " ".join(c if c.isprintable() else f"U+{ord(c):04X}" for c in missing[:_SHOWN_MISSING])
    more = f" and {len(missing) - _SHOWN_MISSING:,} more" if len(missing) > _SHOWN_MISSING else ""
    note = f"No font on this machine has {shown}{more}; boxes stand in the PDF for them."
    return (f"{note} Install fonts for that script (Noto has most of them) and export again.",)


def _lacks_glyph(text: str, font: QFont) -> bool:
    layout = QTextLayout(text, font)
    layout.beginLayout()
    while layout.createLine().isValid():
        pass
    layout.endLayout()
    return any(0 in run.glyphIndexes() for run in layout.glyphRuns())


def _mm(length: float) -> float:
    return length / 25.4 * _RESOLUTION


def _dots(length: float) -> float:
    return length / 72 * _RESOLUTION
