"""The panel alone: real keys and clicks in, preferences out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QComboBox, QDoubleSpinBox, QPushButton, QSlider, QWidget

from writer_app.models import ModelInfo
from writer_app.settings import SuggestionPreferences
from writer_app.ui.settings_panel import SettingsPanel

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

CARD = "# base-en\n\nTrained on **old books**."
MODELS = [
    ModelInfo("base-en", Path("/models/base-en"), "llama", 5_200_000, "en", "base", CARD),
    ModelInfo("base-en-lstm", Path("/models/base-en-lstm"), "writer-lstm", 4_000_000, "en", "base", ""),
]


class Bench:
    def __init__(self, qtbot: QtBot) -> None:
        self.qtbot = qtbot
        self.panel = SettingsPanel(SuggestionPreferences())
        self.heard: list[SuggestionPreferences] = []
        self.panel.changed.connect(self.heard.append)
        qtbot.addWidget(self.panel)
        self.panel.resize(320, 900)
        with qtbot.waitExposed(self.panel):
            self.panel.show()

    def press(self, widget: QWidget, *keys: Qt.Key) -> SuggestionPreferences:
        widget.setFocus()
        for key in keys:
            self.qtbot.keyClick(widget, key)
        return self.heard[-1]

    def click(self, button: QWidget) -> SuggestionPreferences:
        self.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        return self.heard[-1]


@pytest.fixture
def bench(qtbot: QtBot) -> Bench:
    return Bench(qtbot)


def down(panel: SettingsPanel) -> list[str]:
    return [name for name, button in panel.presets.buttons.items() if button.isChecked()]


def test_a_preset_sets_several_at_once_and_is_shown_pressed(bench: Bench) -> None:
    preferences = bench.click(bench.panel.presets.buttons["Wild"])

    assert (preferences.temperature, preferences.length, preferences.min_p) == (1.1, 20, 0.05)
    assert bench.panel.daring.value_label.text() == "temperature 1.1"
    assert bench.panel.length.value_label.text() == "up to 20 words"
    assert down(bench.panel) == ["Wild"]


def test_a_value_of_its_own_shows_no_preset_pressed_and_going_back_shows_it_again(bench: Bench) -> None:
    slider = bench.panel.daring.slider

    changed = bench.press(slider, Qt.Key.Key_Right)
    assert (changed.temperature, changed.preset) == (0.05, "")
    assert down(bench.panel) == []

    back = bench.press(slider, Qt.Key.Key_Left)
    assert (back.temperature, back.preset) == (0.0, "Steady")
    assert down(bench.panel) == ["Steady"]


def test_a_pressed_preset_stays_pressed_when_clicked_again(bench: Bench) -> None:
    bench.click(bench.panel.presets.buttons["Steady"])

    assert down(bench.panel) == ["Steady"]


@pytest.mark.parametrize(
    ("keys", "temperature", "words"),
    [
        ([Qt.Key.Key_End], 2.0, "temperature 2"),
        ([Qt.Key.Key_End, Qt.Key.Key_Home], 0.0, "temperature 0"),
        ([Qt.Key.Key_Right] * 16, 0.8, "temperature 0.8"),
    ],
)
def test_daring_goes_from_nought_to_two(bench: Bench, keys: list[Qt.Key], temperature: float, words: str) -> None:
    assert bench.press(bench.panel.daring.slider, *keys).temperature == temperature
    assert bench.panel.daring.value_label.text() == words


def test_length_goes_from_one_word_to_forty(bench: Bench) -> None:
    assert bench.press(bench.panel.length.slider, Qt.Key.Key_End).length == 40
    assert bench.press(bench.panel.length.slider, Qt.Key.Key_Home).length == 1
    assert bench.panel.length.value_label.text() == "one word"


def test_on_demand_silences_the_delay(bench: Bench) -> None:
    preferences = bench.press(bench.panel.automatic, Qt.Key.Key_Space)

    assert preferences.automatic is False
    assert not bench.panel.delay.isEnabled()


def test_the_delay_is_set_in_milliseconds(bench: Bench) -> None:
    assert bench.press(bench.panel.delay.slider, *[Qt.Key.Key_Right] * 5).delay_ms == 100
    assert bench.panel.delay.value_label.text() == "after 100 ms"


@pytest.mark.parametrize(
    ("name", "typed", "expected"),
    [
        ("alternatives", "4", 4),
        ("top_k", "40", 40),
        ("top_p", "0.85", 0.85),
        ("min_p", "0.12", 0.12),
        ("repetition_penalty", "1.35", 1.35),
        ("seed", "4711", 4711),
    ],
)
def test_each_of_the_finer_settings_takes_what_is_typed(bench: Bench, name: str, typed: str, expected: float) -> None:
    bench.qtbot.mouseClick(bench.panel.more.button, Qt.MouseButton.LeftButton)
    field = bench.panel.numbers[name].field
    assert field.isVisible()
    field.setFocus()
    field.selectAll()

    bench.qtbot.keyClicks(field, typed)
    bench.qtbot.keyClick(field, Qt.Key.Key_Return)

    assert getattr(bench.heard[-1], name) == expected
    assert isinstance(getattr(bench.heard[-1], name), type(expected))


def test_the_finer_settings_are_folded_until_asked_for(bench: Bench) -> None:
    assert not bench.panel.numbers["top_k"].isVisible()

    bench.qtbot.keyClick(bench.panel.more.button, Qt.Key.Key_Space)

    assert bench.panel.numbers["top_k"].isVisible()


def test_showing_preferences_is_not_taken_for_the_writers_doing(bench: Bench) -> None:
    bench.panel.show_preferences(SuggestionPreferences(temperature=1.0, length=3, seed=7, automatic=False, preset=""))

    assert bench.heard == []
    assert bench.panel.daring.value() == 1.0
    assert bench.panel.numbers["seed"].field.value() == 7


def test_the_model_box_lists_what_is_installed_and_reports_a_choice(bench: Bench) -> None:
    bench.panel.show_models(MODELS)
    box = bench.panel.model.models
    assert [box.itemText(index) for index in range(box.count())] == ["base-en", "base-en-lstm"]

    bench.press(box, Qt.Key.Key_Down)
    box.activated.emit(box.currentIndex())

    assert bench.heard[-1].model == "base-en-lstm"


def test_the_models_card_can_be_read(bench: Bench) -> None:
    bench.panel.show_models(MODELS)

    bench.qtbot.mouseClick(bench.panel.model.about.button, Qt.MouseButton.LeftButton)

    assert bench.panel.model.card.isVisible()
    assert "Trained on old books." in bench.panel.model.card.toPlainText()


def test_a_model_that_is_not_installed_any_more_is_shown_as_what_it_is(bench: Bench) -> None:
    bench.panel.show_preferences(SuggestionPreferences(model="mine"))

    bench.panel.show_models(MODELS)

    assert bench.panel.model.models.currentText() == "mine (not installed)"


def test_cuda_is_offered_until_it_is_known_to_be_missing(bench: Bench) -> None:
    box = bench.panel.model.devices
    row = box.findData("cuda")
    assert box.model().flags(box.model().index(row, 0)) & Qt.ItemFlag.ItemIsEnabled

    bench.panel.model.show_cuda(available=False)

    assert not box.model().flags(box.model().index(row, 0)) & Qt.ItemFlag.ItemIsEnabled
    assert "no CUDA" in str(box.itemData(row, Qt.ItemDataRole.ToolTipRole))


def test_choosing_a_device_is_reported(bench: Bench) -> None:
    box = bench.panel.model.devices
    box.setCurrentIndex(box.findData("cpu"))

    box.activated.emit(box.currentIndex())

    assert bench.heard[-1].device == "cpu"


def test_the_wheel_over_the_panel_changes_nothing(bench: Bench) -> None:
    for widget in (bench.panel.daring.slider, bench.panel.model.devices, bench.panel.numbers["top_k"].field):
        middle = QPointF(widget.rect().center())
        event = QWheelEvent(
            middle,
            QPointF(widget.mapToGlobal(widget.rect().center())),
            QPoint(),
            QPoint(0, -120),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,  # inverted; PySide takes it by place only
        )
        QApplication.sendEvent(widget, event)

    assert bench.heard == []


def test_every_control_says_its_name_and_what_it_does(bench: Bench) -> None:
    bench.panel.show_models(MODELS)
    controls = [
        control
        for kind in (QSlider, QDoubleSpinBox, QComboBox, QPushButton)
        for control in bench.panel.findChildren(kind)
        if control.window() is bench.panel
    ]

    assert len(controls) > 15
    for control in [*controls, bench.panel.automatic]:
        assert control.accessibleName(), control
        assert control.toolTip(), control


@pytest.mark.parametrize(
    ("name", "term"),
    [("daring", "temperature"), ("length", "length"), ("delay", "delay")],
)
def test_the_tooltips_of_the_dials_use_the_terms_of_the_field(bench: Bench, name: str, term: str) -> None:
    assert term in getattr(bench.panel, name).slider.toolTip()
