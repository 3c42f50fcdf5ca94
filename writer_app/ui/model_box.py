"""The part of the settings panel that chooses the model and the device, and shows the model's card."""

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QStandardItemModel
from PySide6.QtWidgets import QTextBrowser, QVBoxLayout, QWidget

from writer_app.models import ModelInfo
from writer_app.ui.controls import Choice, Fold, describe, label, note
from writer_app.ui.theme import GRID

_FAMILIES = {"llama": "Transformer", "qwen2": "Transformer", "qwen3": "Transformer", "writer-lstm": "LSTM"}
_CARD_HEIGHT = 28 * GRID


def describe_model(model_type: str, parameters: int) -> str:
    """Say in a few words what kind of model it is and how large."""
    family = _FAMILIES.get(model_type, model_type)
    return f"{family}, {parameters / 1e6:.1f} M" if parameters else family


def _without_title(card: str) -> str:
    """Give a model card without the heading it begins with: the name stands above it already."""
    first, _, rest = card.lstrip().partition("\n")
    return rest if first.startswith("# ") else card


class ModelBox(QWidget):
    """Which model suggests, on which device, and what its makers say of it."""

    model_chosen = Signal(str)
    device_chosen = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._models: dict[str, ModelInfo] = {}
        self.models = Choice(self)
        describe(
            self.models,
            self.tr("Model"),
            self.tr("The language model that suggests. Models are looked for in the models folders."),
        )
        self.devices = Choice(self)
        describe(
            self.devices,
            self.tr("Where it runs"),
            self.tr("device: the processor (CPU), or a graphics card with CUDA where there is one"),
        )
        for value, text in (
            ("auto", self.tr("Whichever is faster")),
            ("cpu", self.tr("Processor (CPU)")),
            ("cuda", self.tr("Graphics card (CUDA)")),
        ):
            self.devices.addItem(text, value)
        self._note = note("", self)
        self._device_note = note("", self)
        self.card = QTextBrowser(self)
        self.card.setObjectName("modelCard")
        self.card.setFixedHeight(_CARD_HEIGHT)
        self.card.setOpenExternalLinks(True)
        describe(
            self.card,
            self.tr("Model card"),
            self.tr("What the model was trained on, how well it does, and its licence"),
        )
        self.about = Fold(self.tr("About this model"), self.tr("Shows the model's card"), self.card, self)

        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID // 2)
        for title, box, below in (
            (self.tr("Model"), self.models, self._note),
            (self.tr("Where it runs"), self.devices, self._device_note),
        ):
            name = label(title, "controlName", self)
            name.setBuddy(box)
            column.addWidget(name)
            column.addWidget(box)
            column.addWidget(below)
            if box is self.models:
                column.addWidget(self.about)
                column.addSpacing(GRID)
        self.models.activated.connect(self._choose_model)
        self.devices.activated.connect(lambda: self.device_chosen.emit(self.devices.currentData()))
        self.show_device("auto")

    def show_models(self, models: Sequence[ModelInfo], chosen: str) -> None:
        """List the installed models, with the chosen one on show even where it is not installed."""
        self._models = {model.name: model for model in models}
        with QSignalBlocker(self.models):
            self.models.clear()
            for model in models:
                self.models.addItem(model.name, model.name)
                tip = f"{describe_model(model.model_type, model.parameters)} · {model.language}\n{model.path}"
                self.models.setItemData(self.models.count() - 1, tip, Qt.ItemDataRole.ToolTipRole)
            if chosen not in self._models:
                self.models.addItem(self.tr("{0} (not installed)").format(chosen), chosen)
            self.models.setCurrentIndex(self.models.findData(chosen))
        self._show_card(chosen)

    def show_state(self, words: str) -> None:
        """Say below the box how it is with the model: loading, loaded, refused."""
        self._note.setText(words)

    def state(self) -> str:
        """Give how it is with the model."""
        return self._note.text()

    def show_device(self, device: str) -> None:
        """Show which device is asked for."""
        with QSignalBlocker(self.devices):
            self.devices.setCurrentIndex(max(0, self.devices.findData(device)))

    def show_cuda(self, *, available: bool | None) -> None:
        """Offer CUDA or not; None while nobody has looked yet."""
        rows = self.devices.model()
        assert isinstance(rows, QStandardItemModel)
        row = rows.item(self.devices.findData("cuda"))
        row.setEnabled(available is not False)
        reason = self.tr("There is no CUDA graphics card here, or torch is a build without CUDA.")
        row.setToolTip(reason if available is False else "")
        self._device_note.setText(reason if available is False else "")
        self._device_note.setVisible(available is False)

    def _choose_model(self) -> None:
        name = self.models.currentData()
        self._show_card(name)
        self.model_chosen.emit(name)

    def _show_card(self, name: str) -> None:
        model = self._models.get(name)
        self.card.setMarkdown(_without_title(model.card) if model else "")
        self.about.setVisible(bool(model and model.card))
