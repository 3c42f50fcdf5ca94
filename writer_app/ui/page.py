"""The page: a centred sheet as wide as a line should be long, its face, its colours, its zoom. No words about content.

`PageEdit` is a QPlainTextEdit whose viewport is the sheet; what lies around it is the ground. `origin_edit` builds on it.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPalette, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QWidget

from writer_app.ui.layout_ahead import LayoutAhead
from writer_app.ui.steady_view import SteadyView
from writer_app.ui.theme import GRID, LIGHT, TEXT_FAMILIES, ThemeColours, installed_family

_GROUND = 3 * GRID  # between the window's edge and the sheet
_EDGE = 4  # the sheet's rim around the viewport, wide enough for its round corners
_MARGIN, _TIGHT = 68, 2 * GRID  # the sheet's inner margin, and what stays of it in a narrow window
_SMALLEST, _LARGEST = 6.0, 72.0  # points
_ZOOM_STEPS = (50, 67, 80, 90, 100, 110, 125, 150, 175, 200, 250, 300)
_SAMPLE = "The tide had gone out in the night and had not come back, and where the harbour was there lay wet sand."
_PLACES = (Qt.InputMethodQuery.ImCursorRectangle, Qt.InputMethodQuery.ImAnchorRectangle)
_TAB_WIDTH = 4  # in average characters


class PageEdit(QPlainTextEdit):
    """A plain text editor that looks like a page."""

    zoom_changed = Signal(int)
    """Per cent."""
    look_changed = Signal()
    """Other colours, or another face or size."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._colours = LIGHT
        self._family = TEXT_FAMILIES[0]
        self._points = 13.0
        self._zoom = 100
        self._characters_per_line = 68
        self.layout_ahead = LayoutAhead(self)
        self._steady_view = SteadyView(self)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setCenterOnScroll(True)  # the last line may stand in the middle of the window
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setCursorWidth(2)
        self.setAccessibleName(self.tr("Text of the draft"))
        # Once and for all: Qt makes each change of it an undo step, and the draft modified.
        self.document().setDocumentMargin(_MARGIN)
        self.document().clearUndoRedoStacks()
        self.document().setModified(False)
        self._dress()
        self._set_face()

    # --- what can be set

    def set_theme(self, colours: ThemeColours) -> None:
        """Take these colours at once."""
        self._colours = colours
        self._dress()

    def set_text_font(self, family: str, points: float) -> None:
        """Set the text's face and size, before zoom; a family that is not installed gives way to one that is."""
        self._family, self._points = family, points
        self._set_face()

    def set_characters_per_line(self, characters: int) -> None:
        """Make the column as wide as so many average characters."""
        self._characters_per_line = characters
        self._fit_page()

    @property
    def colours(self) -> ThemeColours:
        """The theme's colours."""
        return self._colours

    @property
    def zoom(self) -> int:
        """Per cent of the size that the settings say."""
        return self._zoom

    def set_zoom(self, percent: int) -> None:
        """Show the text at this share of its size."""
        percent = min(max(percent, _ZOOM_STEPS[0]), _ZOOM_STEPS[-1])
        if percent != self._zoom:
            self._zoom = percent
            self._set_face()
            self.zoom_changed.emit(percent)

    def zoom_in(self) -> None:
        """Show the text one step larger."""
        self.set_zoom(next((step for step in _ZOOM_STEPS if step > self._zoom), self._zoom))

    def zoom_out(self) -> None:
        """Show the text one step smaller."""
        self.set_zoom(next((step for step in reversed(_ZOOM_STEPS) if step < self._zoom), self._zoom))

    def zoom_reset(self) -> None:
        """Show the text at its own size."""
        self.set_zoom(100)

    # --- Qt

    def event(self, event: QEvent) -> bool:
        handled: bool = super().event(event)
        if event.type() == QEvent.Type.Paint:
            self._paint_sheet()
        return handled

    def resizeEvent(self, event: QResizeEvent) -> None:
        with self._steady_view.hold():
            self._fit_page()
            super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.layout_ahead.begin()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() == Qt.KeyboardModifier.ControlModifier and event.angleDelta().y():
            (self.zoom_in if event.angleDelta().y() > 0 else self.zoom_out)()
            event.accept()
            return
        super().wheelEvent(event)

    def inputMethodQuery(self, query: Qt.InputMethodQuery, argument: Any = None) -> Any:  # noqa: ANN401  # Qt's variant
        # Qt answers in the viewport's coordinates where the widget's are meant: candidates would stand off the cursor.
        answer = super().inputMethodQuery(query) if argument is None else super().inputMethodQuery(query, argument)
        if query in _PLACES and isinstance(answer, QRect | QRectF):
            return answer.translated(self.viewport().pos())
        return answer

    # --- inside

    def _dress(self) -> None:
        role = QPalette.ColorRole
        palette = self.palette()
        for name, colour in {
            role.Window: self._colours.ground,
            role.Base: self._colours.page,
            role.Text: self._colours.ink,
            role.Highlight: self._colours.selection,
            role.HighlightedText: self._colours.ink,
            role.PlaceholderText: self._colours.ghost,
        }.items():
            palette.setColor(name, QColor(colour))
        self.setPalette(palette)
        self.viewport().setPalette(palette)  # under an application's style sheet it does not inherit
        self.update()
        self.look_changed.emit()

    def _set_face(self) -> None:
        font = QFont(installed_family(self._family, TEXT_FAMILIES))
        font.setPointSizeF(min(max(self._points * self._zoom / 100, _SMALLEST), _LARGEST))
        with self._steady_view.hold():
            self.setFont(font)
            self.setTabStopDistance(_TAB_WIDTH * self._character_width())
            self._fit_page()
        self.layout_ahead.begin()
        self.look_changed.emit()

    def _character_width(self) -> float:
        return QFontMetricsF(self.font()).horizontalAdvance(_SAMPLE) / len(_SAMPLE)

    def _fit_page(self) -> None:
        """Place the sheet: centred in the window, whether or not there is a scroll bar."""
        column = round(self._characters_per_line * self._character_width())
        bar = self.verticalScrollBar().width() if self.verticalScrollBar().isVisible() else 0
        sheet = column + 2 * _MARGIN
        narrowest = self.width() - 2 * (bar + _EDGE) + 2 * (_MARGIN - _TIGHT)  # the rest hangs over the edges
        sheet = min(sheet, narrowest)
        left = (self.width() - sheet) // 2
        top = _GROUND + _EDGE if left > _GROUND else 2 * _EDGE
        self.setViewportMargins(left, top, self.width() - bar - left - sheet, 0)

    def _paint_sheet(self) -> None:
        sheet = QRectF(self.viewport().geometry()).adjusted(-_EDGE + 0.5, -_EDGE + 0.5, _EDGE - 0.5, 2 * _EDGE)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(self._colours.hairline))
        painter.setBrush(QColor(self._colours.page))
        painter.drawRoundedRect(sheet, _EDGE, _EDGE)
        painter.end()
