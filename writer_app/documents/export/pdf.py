"""PDF: A5 pages set like a book, with fonts embedded and text that can be searched and copied.

The one module of this layer that needs Qt. Pages are laid out by QTextDocument and painted by QPdfWriter; a heading
never stands alone at the foot of a page. Ligatures are off, because a PDF reader copies "fi" out of them as one sign.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import (
    QAbstractTextDocumentLayout,
    QColor,
    QFont,
    QFontDatabase,
    QGuiApplication,
    QImage,
    QPageLayout,
    QPageSize,
    QPainter,
    QPalette,
    QPdfWriter,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextLayout,
)

from writer_app.documents.export.manuscript import SCENE_BREAK, Rendered
from writer_app.documents.markup import Heading, SceneBreak, Span
from writer_app.paths import resources_folder

if TYPE_CHECKING:
    from collections.abc import Iterator

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
    if QGuiApplication.instance() is not None:
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
        self.families = [*_FACES, *dict.fromkeys(asian)]
        self._screen_resolution = QImage(1, 1, QImage.Format.Format_RGB32).logicalDpiY()  # an image has Qt's default
        self.left, self.top = _mm(_LEFT), _mm(_TOP)
        a5 = QPageSize.size(QPageSize.PageSizeId.A5, QPageSize.Unit.Millimeter)
        self.width = _mm(a5.width() - _LEFT - _RIGHT)
        # A whole number of lines, so that full pages end on the same line.
        self.height = _points(_LEADING) * int(_mm(a5.height() - _TOP - _BOTTOM) / _points(_LEADING))
        self.foot = _mm(a5.height() - _FOOT)

    def font(self, size: float = _SIZE, *, code: bool = False) -> QFont:
        font = QFont()
        font.setFamilies([*(_CODE_FACES if code else ()), *self.families])
        font.setPointSizeF(size * (0.92 if code else 1))
        for feature in ("liga", "clig", "dlig"):
            font.setFeature(QFont.Tag.fromString(feature) or QFont.Tag(), 0)
        return font

    def set(self, manuscript: Manuscript, writer: QPdfWriter) -> QTextDocument:
        """Lay out the draft in pages."""
        document = QTextDocument()
        document.setUndoRedoEnabled(False)
        document.documentLayout().setPaintDevice(writer)
        document.setDocumentMargin(0)
        document.setDefaultFont(self.font())
        document.setPageSize(QSizeF(self.width, self.height))
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
        _keep_headings_with_their_text(document)
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
            if is_large and index:
                shape.setPageBreakPolicy(QTextFormat.PageBreakFlag.PageBreak_AlwaysBefore)
        elif before is not None and not isinstance(before, Heading | SceneBreak):
            shape.setTextIndent(self._logical(_INDENT))
        shape.setAlignment(alignment)
        shape.setLineHeight(self._logical(leading), QTextBlockFormat.LineHeightTypes.FixedHeight.value)
        return shape

    def _set_space(self, shape: QTextBlockFormat, *, before: float, after: float) -> None:
        shape.setTopMargin(self._logical(before))
        shape.setBottomMargin(self._logical(after))

    def _logical(self, points: float) -> float:
        """Convert a measure of a block's format, which Qt takes for the screen's and scales to the device."""
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


def _keep_headings_with_their_text(document: QTextDocument) -> None:
    """Move a heading to the next page where only its text would be there. Breaks change what follows, never before."""
    block = document.begin()
    while block.next().isValid():
        following = block.next()
        shape = block.blockFormat()
        if shape.headingLevel() and _page_of(document, block) != _page_of(document, following):
            shape.setPageBreakPolicy(QTextFormat.PageBreakFlag.PageBreak_AlwaysBefore)
            QTextCursor(block).setBlockFormat(shape)
        block = following


def _page_of(document: QTextDocument, block: QTextBlock) -> int:
    """Return the page on which a block's first line stands."""
    top = document.documentLayout().blockBoundingRect(block).top()
    line = block.layout().lineAt(0)
    middle = top + line.y() + line.height() / 2
    return int(middle / document.pageSize().height())


def _paint(document: QTextDocument, writer: QPdfWriter, page: _Page) -> None:
    painter = QPainter(writer)
    count = document.pageCount()
    for number in range(count):
        if number:
            writer.newPage()
        painter.save()
        painter.translate(page.left, page.top - number * page.height)
        context = QAbstractTextDocumentLayout.PaintContext()
        context.palette.setColor(QPalette.ColorRole.Text, QColor(Qt.GlobalColor.black))
        context.clip = QRectF(0, number * page.height, page.width, page.height)
        document.documentLayout().draw(painter, context)
        painter.restore()
        if count > 1:
            painter.setFont(page.font(_SIZE - 1.5))
            width = painter.fontMetrics().horizontalAdvance(str(number + 1))
            painter.drawText(QPointF(page.left + (page.width - width) / 2, page.foot), str(number + 1))
    painter.end()


def _missing(manuscript: Manuscript, page: _Page) -> tuple[str, ...]:
    """Name the characters that no font on this machine has: boxes stand in the PDF for them."""
    used = sorted({character for character in manuscript.text if character.isprintable() and not character.isspace()})
    if not _lacks_glyph("".join(used), page.font()):
        return ()
    missing = [character for character in used if _lacks_glyph(character, page.font())]
    shown = " ".join(missing[:_SHOWN_MISSING])
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


def _points(length: float) -> float:
    return length / 72 * _RESOLUTION
