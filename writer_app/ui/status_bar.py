"""The slim line below the page: words and state at the left; model, device and latency at the right."""

from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QLabel, QStatusBar, QWidget

from writer_app.ui.theme import GRID

_BETWEEN = "   ·   "


class StatusBar(QStatusBar):
    """Shows what it is told; decides nothing."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizeGripEnabled(False)
        self.setContentsMargins(GRID, 0, GRID, 0)
        self._words = 0
        self._state = self.tr("new")
        self._model = self.tr("no model yet")
        self._device = ""
        self._latency = ""
        self._left = self._label(self.tr("Words, and whether the draft is saved"))
        self._right = self._label(
            self.tr(
                "The model that suggests, the device it runs on, and the time from key press to suggestion in milliseconds"
            )
        )
        self.addWidget(self._left)
        self.addPermanentWidget(self._right)
        self._show()

    def show_words(self, words: int) -> None:
        """Show the number of words."""
        self._words = words
        self._show()

    def show_state(self, state: str) -> None:
        """Show whether the draft is saved."""
        self._state = state
        self._show()

    def show_model(self, name: str, device: str = "") -> None:
        """Show which model suggests and where it runs; the latency of an earlier one goes."""
        self._model, self._device, self._latency = name, device, ""
        self._show()

    def show_latency(self, milliseconds: float) -> None:
        """Show how long the last suggestion took."""
        self._latency = self.tr("{0} ms").format(f"{milliseconds:.0f}")
        self._show()

    def left_text(self) -> str:
        """Give what stands at the left."""
        return self._left.text()

    def right_text(self) -> str:
        """Give what stands at the right."""
        return self._right.text()

    def _label(self, what: str) -> QLabel:
        label = QLabel(self)
        label.setToolTip(what)
        label.setAccessibleDescription(what)
        return label

    def _show(self) -> None:
        words = self.tr("{0} words").format(QLocale().toString(self._words))
        if self._words == 1:
            words = self.tr("1 word")
        self._left.setText(_BETWEEN.join((words, self._state)))
        self._right.setText(_BETWEEN.join(part for part in (self._model, self._device, self._latency) if part))
