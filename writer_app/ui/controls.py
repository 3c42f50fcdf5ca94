"""The panel's building blocks: a dial (slider with words), a number, a choice, a row of segments, a fold.

Each shows the word first and the field's term beside it or in the tooltip, says in a sentence what it does, and has an
accessible name. They hold a value and say when the writer changes it; none decides anything.
"""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QPen, QWheelEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from writer_app.ui.theme import GRID


def label(text: str, name: str, parent: QWidget) -> QLabel:
    """Make a line of text that the style sheet knows by this name."""
    made = QLabel(text, parent)
    made.setObjectName(name)
    made.setTextFormat(Qt.TextFormat.PlainText)
    return made


def note(text: str, parent: QWidget) -> QLabel:
    """Make a sentence in a low voice, as many lines as it needs."""
    made = label(text, "controlNote", parent)
    made.setWordWrap(True)
    return made


def describe(widget: QWidget, name: str, tip: str) -> None:
    """Name a control for those who hear the screen, and explain it to those who point at it."""
    widget.setAccessibleName(name)
    widget.setAccessibleDescription(tip)
    widget.setToolTip(tip)


def _chevron(widget: QWidget, middle: QPointF, *, size: int, up: bool) -> None:
    """Paint a small angle that points up or down, in the colour of the widget's text."""
    painter = QPainter(widget)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    pen = QPen(widget.palette().text().color(), 1.5)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    painter.setPen(pen)
    rise = size / 2 if up else -size / 2
    tip = middle - QPointF(0, rise)
    painter.drawPolyline([middle + QPointF(-size, rise), tip, middle + QPointF(size, rise)])
    painter.end()


class _StillSlider(QSlider):
    """A slider that leaves the mouse wheel to the panel's scrolling."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Pass the wheel on, so that scrolling past never changes a value."""
        event.ignore()


class Dial(QWidget):
    """A slider over steps of a value, with its name, its value in words and a sentence below."""

    moved = Signal(float)

    def __init__(self, name: str, tip: str, sentence: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._step = 1.0
        self._words: Callable[[float], str] = str
        self.slider = _StillSlider(Qt.Orientation.Horizontal, self)
        # The style sheet fills a slider from its left end, whichever way the language runs.
        self.slider.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        describe(self.slider, name, tip)
        title = label(name, "controlName", self)
        title.setBuddy(self.slider)
        title.setToolTip(tip)
        self.value_label = label("", "controlValue", self)
        self.value_label.setToolTip(tip)

        head = QHBoxLayout()
        head.addWidget(title)
        head.addStretch(1)
        head.addWidget(self.value_label)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(head)
        column.addWidget(self.slider)
        column.addWidget(note(sentence, self))
        self.slider.valueChanged.connect(self._show)
        self.slider.valueChanged.connect(lambda: self.moved.emit(self.value()))

    def set_range(self, low: float, high: float, step: float, words: Callable[[float], str]) -> None:
        """Set the least and the greatest value, the distance between two, and how a value reads."""
        self._step, self._words = step, words
        with_signals = self.slider.blockSignals(True)
        self.slider.setRange(round(low / step), round(high / step))
        self.slider.setPageStep(max(1, (self.slider.maximum() - self.slider.minimum()) // 10))
        self.slider.blockSignals(with_signals)
        self._show()

    def value(self) -> float:
        """Give the value shown."""
        return round(self.slider.value() * self._step, 6)

    def set_value(self, value: float) -> None:
        """Show a value; this is not the writer's doing and is not reported."""
        before = self.slider.blockSignals(True)
        self.slider.setValue(round(value / self._step))
        self.slider.blockSignals(before)
        self._show()

    def _show(self) -> None:
        self.value_label.setText(self._words(self.value()))


class _StillSpinBox(QDoubleSpinBox):
    """A number field that changes by keys and by its own typing, not by scrolling past it."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Pass the wheel on unless the writer is in this field."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the field, and two small chevrons at its end."""
        super().paintEvent(event)
        at_left = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        x = 12 if at_left else self.width() - 12
        _chevron(self, QPointF(x, self.height() / 2 - 5), size=3, up=True)
        _chevron(self, QPointF(x, self.height() / 2 + 5), size=3, up=False)


class Number(QWidget):
    """A number field with its name in front, the term in the tooltip and a sentence below."""

    changed = Signal(float)

    def __init__(self, name: str, tip: str, sentence: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.field = _StillSpinBox(self)
        self.field.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.field.setFixedWidth(12 * GRID)
        self.field.setKeyboardTracking(False)
        describe(self.field, name, tip)
        title = label(name, "controlName", self)
        title.setBuddy(self.field)
        title.setToolTip(tip)

        head = QHBoxLayout()
        head.addWidget(title, 1)
        head.addWidget(self.field)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(head)
        column.addWidget(note(sentence, self))
        self.field.valueChanged.connect(self.changed)

    def set_range(self, low: float, high: float, step: float, decimals: int, off: str = "") -> None:
        """Set the limits and the step; `off` is what the least value reads as, where it means off."""
        self.field.setDecimals(decimals)
        self.field.setRange(low, high)
        self.field.setSingleStep(step)
        self.field.setSpecialValueText(off)

    def set_value(self, value: float) -> None:
        """Show a value without reporting it."""
        before = self.field.blockSignals(True)
        self.field.setValue(value)
        self.field.blockSignals(before)


class Choice(QComboBox):
    """A box of choices with an arrow of our own, which the wheel passes by."""

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the box and a chevron in the colour of its text."""
        super().paintEvent(event)
        at_left = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        _chevron(self, QPointF(16 if at_left else self.width() - 16, self.height() / 2), size=4, up=False)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Pass the wheel on, so that scrolling past never changes the choice."""
        event.ignore()


class Check(QCheckBox):
    """A box to tick, drawn by us so that it shows on every ground."""

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the box, its tick and its text."""
        del event  # the whole of it is small
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        palette, side = self.palette(), 2 * GRID
        box = QRectF(0.5, (self.height() - side) / 2 + 0.5, side - 1, side - 1)
        if self.layoutDirection() == Qt.LayoutDirection.RightToLeft:
            box.moveLeft(self.width() - side - 0.5)
        accent = palette.color(QPalette.ColorRole.Accent)
        edge = (
            accent
            if self.isChecked() or self.hasFocus() or self.underMouse()
            else palette.color(QPalette.ColorRole.PlaceholderText)
        )
        painter.setPen(QPen(edge, 1))
        painter.setBrush(accent if self.isChecked() else palette.base())
        painter.drawRoundedRect(box, 3, 3)
        if self.isChecked():
            pen = QPen(palette.color(QPalette.ColorRole.HighlightedText), 2)
            pen.setCapStyle(Qt.PenCapStyle.RoundCap)
            painter.setPen(pen)
            start, turn, end = (box.topLeft() + QPointF(x, y) for x, y in ((3.5, 8), (6.5, 11), (12, 4.5)))
            painter.drawPolyline([start, turn, end])
        painter.setPen(palette.color(QPalette.ColorRole.WindowText))
        words = self.rect().adjusted(side + GRID, 0, 0, 0)
        if self.layoutDirection() == Qt.LayoutDirection.RightToLeft:
            words = self.rect().adjusted(0, 0, -side - GRID, 0)
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeading | Qt.TextFlag.TextShowMnemonic
        painter.drawText(words, flags, self.text())
        if self.hasFocus():
            painter.setPen(QPen(accent, 1))
            painter.drawLine(
                words.left(),
                self.height() - 1,
                words.left() + self.fontMetrics().horizontalAdvance(self.text()),
                self.height() - 1,
            )
        painter.end()

    def sizeHint(self) -> QSize:
        """Leave room for the box, the gap and the text."""
        words = self.fontMetrics().size(Qt.TextFlag.TextShowMnemonic, self.text())
        return QSize(3 * GRID + words.width() + 2, max(3 * GRID, words.height()))

    def minimumSizeHint(self) -> QSize:
        """Take no less, or the text would be cut."""
        return self.sizeHint()

    def hitButton(self, place: QPoint) -> bool:  # noqa: N802  # Qt's name
        """Take a click anywhere on it."""
        return self.rect().contains(place)


class Segments(QWidget):
    """Buttons side by side of which one, or none, is down."""

    chosen = Signal(str)

    def __init__(self, choices: Sequence[tuple[str, str, str]], parent: QWidget) -> None:
        """Make a button for each (id, text, tip)."""
        super().__init__(parent)
        self.buttons: dict[str, QPushButton] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        for index, (name, text, tip) in enumerate(choices):
            button = QPushButton(text, self)
            button.setObjectName("segment")
            button.setProperty("place", {0: "first", len(choices) - 1: "last"}.get(index, "middle"))
            button.setCheckable(True)
            describe(button, text, tip)
            button.clicked.connect(lambda _checked, name=name: self._choose(name))
            self.buttons[name] = button
            row.addWidget(button, 1)

    def show_chosen(self, name: str) -> None:
        """Press this one down and no other; a name that is none of them leaves all up."""
        for other, button in self.buttons.items():
            button.setChecked(other == name)

    def _choose(self, name: str) -> None:
        self.show_chosen(name)
        self.chosen.emit(name)


class Fold(QWidget):
    """A line that opens and closes what lies below it."""

    toggled = Signal(bool)

    def __init__(self, text: str, tip: str, body: QWidget, parent: QWidget) -> None:
        super().__init__(parent)
        self._text = text
        self.body = body
        self.button = QPushButton(self)
        self.button.setObjectName("fold")
        self.button.setCheckable(True)
        describe(self.button, text, tip)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID)
        column.addWidget(self.button)
        column.addWidget(body)
        self.button.toggled.connect(self._show)
        self._show(open_now=False)

    def set_open(self, open_now: bool) -> None:
        """Open or close it."""
        self.button.setChecked(open_now)

    def is_open(self) -> bool:
        """Say whether it is open."""
        return self.button.isChecked()

    def _show(self, open_now: bool) -> None:
        self.body.setVisible(open_now)
        self.button.setText(("▾  " if open_now else "▸  ") + self._text)
        self.toggled.emit(open_now)
