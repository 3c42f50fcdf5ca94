"""The settings panel: how the model suggests. It shows preferences and says what the writer made of them.

Every control acts on the next suggestion. What a preset is, and whether the values are one, is decided in `presets`;
what is remembered, in `settings_keeper`.
"""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from writer_app.models import ModelInfo
from writer_app.settings import SuggestionPreferences
from writer_app.ui.controls import Check, Dial, Fold, Number, Segments, describe, label, note
from writer_app.ui.model_box import ModelBox
from writer_app.ui.presets import adjusted, with_preset
from writer_app.ui.theme import GRID

WIDTH = 320
_MOST_WORDS = 40
_MOST_DELAY = 2000


class SettingsPanel(QWidget):
    """Presets, dials, model and the finer settings under a fold."""

    changed = Signal(object)  # SuggestionPreferences, as the writer has just set them
    close_asked = Signal()

    def __init__(self, preferences: SuggestionPreferences, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._preferences = preferences
        self.setObjectName("settingsPanel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedWidth(WIDTH)
        self.setAccessibleName(self.tr("Suggestions"))

        self.presets = Segments(
            (
                (
                    "Steady",
                    self.tr("Steady"),
                    self.tr("Short and likely: the word you were about to type (temperature 0)"),
                ),
                ("Story", self.tr("Story"), self.tr("Longer, with some freedom (temperature 0.7, top-p 0.95)")),
                ("Wild", self.tr("Wild"), self.tr("Long and surprising (temperature 1.1, min-p 0.05)")),
            ),
            self,
        )
        self.daring = self._daring()
        self.length = self._length()
        self.automatic = Check(self.tr("Suggest when I pause"), self)
        self.delay = self._delay()
        self.model = ModelBox(self)
        self.numbers = self._numbers()
        self.more = Fold(
            self.tr("More: top-k, top-p, min-p, seed"),
            self.tr("The finer settings of how the next word is chosen"),
            self._more_body(),
            self,
        )
        self._hint = note("", self)
        self._lay_out()
        self._connect()
        self.show_preferences(preferences)
        self.model.show_cuda(available=None)

    def show_preferences(self, preferences: SuggestionPreferences) -> None:
        """Show these values; nothing is reported."""
        self._preferences = preferences
        self.presets.show_chosen(preferences.preset)
        self.daring.set_value(preferences.temperature)
        self.length.set_value(preferences.length)
        self.delay.set_value(preferences.delay_ms)
        self.delay.setEnabled(preferences.automatic)
        self.automatic.setChecked(preferences.automatic)
        for name, number in self.numbers.items():
            number.set_value(getattr(preferences, name))
        self.model.show_device(preferences.device)

    def show_models(self, models: Sequence[ModelInfo]) -> None:
        """List the installed models."""
        self.model.show_models(models, self._preferences.model)

    def show_keys(self, hint: str) -> None:
        """Show at the foot which keys take a suggestion."""
        self._hint.setText(hint)

    def keys_hint(self) -> str:
        """Give the line at the foot."""
        return self._hint.text()

    def _daring(self) -> Dial:
        dial = Dial(
            self.tr("How daring"),
            self.tr(
                "temperature: 0 always takes the likeliest word, 1 draws as the model believes, 2 nearly at random"
            ),
            self.tr("Low keeps to what is likely; high surprises."),
            self,
        )
        dial.set_range(
            0, 2, 0.05, lambda value: self.tr("temperature {0}").format(f"{value:.2f}".rstrip("0").rstrip("."))
        )
        return dial

    def _length(self) -> Dial:
        dial = Dial(
            self.tr("How long"),
            self.tr("length: the most words a suggestion may have"),
            self.tr("It stops sooner where the sentence ends."),
            self,
        )
        dial.set_range(
            1,
            _MOST_WORDS,
            1,
            lambda value: self.tr("one word") if value == 1 else self.tr("up to {0} words").format(int(value)),
        )
        return dial

    def _delay(self) -> Dial:
        dial = Dial(
            self.tr("How soon"),
            self.tr("delay: milliseconds without a key press before a suggestion is asked for"),
            self.tr("How long you pause before it speaks."),
            self,
        )
        dial.set_range(
            0,
            _MOST_DELAY,
            20,
            lambda value: self.tr("at once") if value == 0 else self.tr("after {0} ms").format(int(value)),
        )
        return dial

    def _numbers(self) -> dict[str, Number]:
        off = self.tr("off")
        made = {}
        for name, title, tip, sentence, limits in (
            (
                "alternatives",
                self.tr("Alternatives"),
                self.tr("How many different suggestions are made for one place"),
                self.tr("Leaf through them by the Suggest menu’s keys."),
                (1, 5, 1, 0, ""),
            ),
            (
                "top_k",
                self.tr("Top-k"),
                self.tr("top-k: only the k likeliest pieces of text are drawn from"),
                self.tr("Draws from the k likeliest continuations only."),
                (0, 1000, 5, 0, off),
            ),
            (
                "top_p",
                self.tr("Top-p"),
                self.tr(
                    "top-p, nucleus sampling: only the likeliest pieces that together reach probability p are drawn from"
                ),
                self.tr("Leaves out the unlikely tail; 1 leaves out nothing."),
                (0.05, 1, 0.05, 2, ""),
            ),
            (
                "min_p",
                self.tr("Min-p"),
                self.tr("min-p: pieces less likely than p times the likeliest one are never drawn"),
                self.tr("Leaves out what is far less likely than the best."),
                (0, 1, 0.01, 2, off),
            ),
            (
                "repetition_penalty",
                self.tr("Repetition penalty"),
                self.tr("repetition penalty: how much what has been said of late is held back; 1 is not at all"),
                self.tr("Higher repeats itself less; 1 lets it."),
                (1, 2, 0.05, 2, ""),
            ),
            (
                "seed",
                self.tr("Seed"),
                self.tr("seed of the random numbers: the same seed draws the same suggestions for the same text"),
                self.tr("Another number draws another suggestion; it matters above temperature 0."),
                (0, 2**31 - 1, 1, 0, ""),
            ),
        ):
            number = Number(title, tip, sentence, self)
            number.set_range(*limits)
            made[name] = number
        return made

    def _more_body(self) -> QWidget:
        body = QWidget(self)
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2 * GRID)
        for number in self.numbers.values():
            column.addWidget(number)
        return body

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(label(self.tr("Suggestions"), "panelTitle", self))
        head.addStretch(1)
        head.addWidget(self._close_button())

        body = QWidget(self)
        body.setObjectName("settingsBody")
        column = QVBoxLayout(body)
        column.setContentsMargins(3 * GRID, 0, 3 * GRID, 2 * GRID)
        column.setSpacing(2 * GRID)
        for widget in (self.presets, self.daring, self.length, self.automatic, self.delay, self.model, self.more):
            column.addWidget(widget)
        column.addStretch(1)

        scroll = QScrollArea(self)
        scroll.setWidget(body)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)

        outer = QVBoxLayout(self)
        outer.setContentsMargins(1, 3 * GRID, 0, 2 * GRID)
        outer.setSpacing(GRID)
        head.setContentsMargins(3 * GRID, 0, 2 * GRID, 0)
        outer.addLayout(head)
        outer.addWidget(scroll, 1)
        foot = QHBoxLayout()
        foot.setContentsMargins(3 * GRID, GRID, 3 * GRID, 0)
        foot.addWidget(self._hint)
        outer.addLayout(foot)

    def _close_button(self) -> QPushButton:
        button = QPushButton("×", self)
        button.setObjectName("closeButton")
        button.setFixedSize(3 * GRID, 3 * GRID)
        describe(button, self.tr("Close this panel"), self.tr("Close this panel"))
        button.clicked.connect(self.close_asked)
        return button

    def _connect(self) -> None:
        self.automatic.setToolTip(self.tr("Off: a suggestion is made only when you ask for one"))
        self.automatic.setAccessibleName(self.tr("Suggest when I pause"))
        self.automatic.setAccessibleDescription(self.automatic.toolTip())
        self.presets.chosen.connect(lambda name: self._take(with_preset(self._preferences, name)))
        self.daring.moved.connect(lambda value: self._change(temperature=value))
        self.length.moved.connect(lambda value: self._change(length=int(value)))
        self.delay.moved.connect(lambda value: self._change(delay_ms=int(value)))
        self.automatic.clicked.connect(lambda checked: self._change(automatic=checked))
        self.model.model_chosen.connect(lambda name: self._change(model=name))
        self.model.device_chosen.connect(lambda device: self._change(device=device))
        for name, number in self.numbers.items():
            whole = number.field.decimals() == 0
            number.changed.connect(
                lambda value, name=name, whole=whole: self._change(**{name: int(value) if whole else round(value, 4)})
            )

    def _change(self, **values: float | str | bool) -> None:
        self._take(adjusted(self._preferences, **values))

    def _take(self, preferences: SuggestionPreferences) -> None:
        self.show_preferences(preferences)
        self.changed.emit(preferences)
