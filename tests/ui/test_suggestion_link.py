"""Editor, settings and the real suggestion thread with an engine that needs no torch."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt

from tests.ui.doubles import Engine
from writer_app.errors import UserError
from writer_app.ui.presets import adjusted

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QPushButton
    from pytestqt.qtbot import QtBot

    from writer_app.app.composition import Parts


def choice(parts: Parts, key: str, text: str) -> QPushButton:
    from PySide6.QtWidgets import QPushButton

    banner = parts.window.banners.banner(key)
    assert banner is not None
    return next(button for button in banner.findChildren(QPushButton) if button.text() == text)


def type_and_wait(qtbot: QtBot, parts: Parts, text: str) -> str:
    parts.window.editor.setFocus()
    qtbot.keyClicks(parts.window.editor, text)
    qtbot.waitUntil(lambda: parts.window.editor.ghost_text() != "")
    return parts.window.editor.ghost_text()


def test_typing_brings_a_suggestion_and_tab_takes_it(qtbot: QtBot, parts: Parts) -> None:
    ghost = type_and_wait(qtbot, parts, "The wind fell")
    assert ghost == " and the sea was still"
    assert parts.window.session.snapshot().text == "The wind fell"

    qtbot.keyClick(parts.window.editor, Qt.Key.Key_Tab)

    assert parts.window.session.snapshot().text == "The wind fell and the sea was still"


def test_a_change_in_the_panel_acts_on_the_next_suggestion(qtbot: QtBot, start: Callable[..., Parts]) -> None:
    engine = Engine()
    parts = start(engine)
    parts.window.show_panel(visible=True)

    parts.window.panel.daring.slider.setFocus()
    qtbot.keyClick(parts.window.panel.daring.slider, Qt.Key.Key_End)
    type_and_wait(qtbot, parts, "So")

    assert engine.settings[-1].temperature == 2.0


def test_a_suggestion_on_screen_is_made_again_with_the_new_settings(qtbot: QtBot, start: Callable[..., Parts]) -> None:
    engine = Engine()
    parts = start(engine)
    type_and_wait(qtbot, parts, "So")
    engine.text = " wild things happened"

    parts.window.panel.presets.buttons["Wild"].click()

    qtbot.waitUntil(lambda: parts.window.editor.ghost_text() == " wild things happened")
    assert engine.settings[-1].temperature == 1.1


def test_on_demand_nothing_is_asked_until_the_writer_asks(qtbot: QtBot, start: Callable[..., Parts]) -> None:
    engine = Engine()
    parts = start(engine)
    parts.window.actions_by_id["automatic"].trigger()

    qtbot.keyClicks(parts.window.editor, "So")
    assert engine.settings == []
    qtbot.keyClick(parts.window.editor, Qt.Key.Key_Backslash, Qt.KeyboardModifier.AltModifier)

    qtbot.waitUntil(lambda: parts.window.editor.ghost_text() != "")
    assert parts.window.panel.automatic.isChecked() is False


def test_the_status_line_names_model_device_and_latency(qtbot: QtBot, parts: Parts) -> None:
    qtbot.waitUntil(lambda: "CPU" in parts.window.status.right_text())
    assert parts.window.status.right_text().startswith("base-en")

    type_and_wait(qtbot, parts, "So")

    assert parts.window.status.right_text().endswith(" ms")


@pytest.mark.parametrize(
    "error",
    [
        UserError("There is no model called base-en.", "Installed models: none."),
        UserError("model.safetensors of base-en is cut short: 4,096 of 25,184,720 bytes.", "Copy it again."),
        UserError("config.json of base-en names the unknown kind bert.", "Import a model of a kind that is known."),
    ],
)
def test_a_model_that_cannot_be_used_is_said_and_writing_goes_on(
    qtbot: QtBot, start: Callable[..., Parts], error: UserError
) -> None:
    engine = Engine()
    engine.refusals["base-en", "auto"] = error
    parts = start(engine)
    qtbot.waitUntil(lambda: parts.window.banners.banner("model") is not None)

    qtbot.keyClicks(parts.window.editor, "Still writing.")

    notice = parts.window.banners.notices()[0]
    assert (notice.message, notice.remedy) == (error.message, error.remedy)
    assert parts.window.editor.text() == "Still writing."
    assert "no model" in parts.window.status.right_text()


def test_cuda_that_is_not_there_is_said_and_the_processor_offered(qtbot: QtBot, start: Callable[..., Parts]) -> None:
    engine = Engine()
    engine.refusals["base-en", "cuda"] = UserError("There is no CUDA device here.", "Choose the CPU.")
    parts = start(engine)
    parts.keeper.set_suggestions(adjusted(parts.keeper.suggestions, device="cuda"))
    qtbot.waitUntil(lambda: parts.window.banners.banner("model") is not None)

    qtbot.mouseClick(choice(parts, "model", "Use the processor"), Qt.MouseButton.LeftButton)

    qtbot.waitUntil(lambda: engine.asked_for[-1] == ("base-en", "cpu"))
    qtbot.waitUntil(lambda: parts.window.status.right_text().endswith("CPU"))
    assert parts.keeper.suggestions.device == "cpu"
    assert parts.window.banners.notices() == []


def test_another_model_that_fails_offers_the_base_model(qtbot: QtBot, start: Callable[..., Parts]) -> None:
    engine = Engine()
    engine.refusals["mine", "auto"] = UserError("mine is damaged.", "Train it again.")
    parts = start(engine)
    parts.keeper.set_suggestions(adjusted(parts.keeper.suggestions, model="mine"))
    qtbot.waitUntil(lambda: parts.window.banners.banner("model") is not None)

    qtbot.mouseClick(choice(parts, "model", "Use base-en"), Qt.MouseButton.LeftButton)

    qtbot.waitUntil(lambda: engine.asked_for[-1] == ("base-en", "auto"))
    assert parts.keeper.suggestions.model == "base-en"


def test_cuda_is_struck_out_once_automatic_choice_has_found_none(qtbot: QtBot, parts: Parts) -> None:
    box = parts.window.panel.model.devices
    index = box.model().index(box.findData("cuda"), 0)

    qtbot.waitUntil(lambda: not box.model().flags(index) & Qt.ItemFlag.ItemIsEnabled)


def test_cuda_that_was_found_stays_offered_and_is_named(qtbot: QtBot, start: Callable[..., Parts]) -> None:
    parts = start(Engine(device="cuda"))
    box = parts.window.panel.model.devices

    qtbot.waitUntil(lambda: parts.window.status.right_text().endswith("CUDA"))

    assert box.model().flags(box.model().index(box.findData("cuda"), 0)) & Qt.ItemFlag.ItemIsEnabled


def test_an_error_while_suggesting_is_said_and_the_next_suggestion_still_comes(
    qtbot: QtBot, start: Callable[..., Parts]
) -> None:
    engine = Engine()
    parts = start(engine)
    working = engine.suggest

    def fail(*_args: object, **_more: object) -> list[object]:
        raise UserError("The model ran out of memory.", "Choose a smaller one.")

    engine.suggest = fail  # type: ignore[method-assign]
    qtbot.keyClicks(parts.window.editor, "So")
    qtbot.waitUntil(lambda: parts.window.banners.banner("suggestion") is not None)

    engine.suggest = working  # type: ignore[method-assign]

    assert type_and_wait(qtbot, parts, " it")
