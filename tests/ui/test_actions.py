import pytest
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QMainWindow
from pytestqt.qtbot import QtBot

from writer_app.ui.actions import MENUS, TABLE, Actions, default_keys, plain
from writer_app.ui.editor import DEFAULT_KEYS
from writer_app.ui.menus import fill_menu_bar
from writer_app.ui.shortcuts_dialog import ShortcutsDialog, chosen_only, conflicts

pytestmark = pytest.mark.usefixtures("qapp")  # Qt knows the standard keys of a platform once it runs on one


def made(qtbot: QtBot, shortcuts: dict[str, str] | None = None) -> tuple[QMainWindow, Actions, list[str]]:
    window = QMainWindow()
    qtbot.addWidget(window)
    done: list[str] = []
    slots = {spec.id: (lambda _checked=False, name=spec.id: done.append(name)) for spec in TABLE}
    return window, Actions(window, slots, shortcuts or {}), done


def test_every_action_has_a_text_and_an_id_of_its_own() -> None:
    assert len({spec.id for spec in TABLE}) == len(TABLE)
    assert all(plain(spec.text) and spec.menu in MENUS for spec in TABLE)


def test_no_two_actions_have_the_same_keys() -> None:
    assert conflicts({}) == []


def test_the_ghost_keys_of_the_table_are_those_the_editor_knows() -> None:
    in_table = {spec.id: default_keys(spec) for spec in TABLE if spec.in_editor}

    assert in_table == {name: QKeySequence(keys).toString() for name, keys in DEFAULT_KEYS.items()}


def test_ghost_keys_are_shown_in_the_menu_but_belong_to_the_editor(qtbot: QtBot) -> None:
    _, actions, _ = made(qtbot)

    assert actions["accept_all"].shortcut().isEmpty()
    assert actions["accept_all"].text().endswith("\tTab")
    assert actions.editor_keys()["accept_word"] == QKeySequence("Ctrl+Right")


def test_every_action_is_found_in_a_menu(qtbot: QtBot) -> None:
    window, actions, done = made(qtbot)

    menus = fill_menu_bar(window.menuBar(), actions)

    for action in [action for menu in menus.values() for action in menu.actions() if action.objectName()]:
        action.trigger()
    assert sorted(done) == sorted(spec.id for spec in TABLE)
    assert [action.menu().title() for action in window.menuBar().actions()] == [
        "&File",
        "&Edit",
        "&Suggest",
        "&View",
        "&Help",
    ]


def test_the_writers_own_keys_take_the_place_of_the_usual_ones(qtbot: QtBot) -> None:
    _, actions, _ = made(qtbot, {"save": "F2", "accept_all": "F4"})

    assert actions["save"].shortcut() == QKeySequence("F2")
    assert actions.editor_keys()["accept_all"] == QKeySequence("F4")


def test_equals_enlarges_as_plus_does_until_the_keys_are_changed(qtbot: QtBot) -> None:
    _, actions, _ = made(qtbot)
    assert QKeySequence("Ctrl+=") in actions["zoom_in"].shortcuts()

    actions.set_shortcuts({"zoom_in": "F7"})

    assert actions["zoom_in"].shortcuts() == [QKeySequence("F7")]


def test_keys_that_are_taken_are_named_and_cannot_be_used(qtbot: QtBot) -> None:
    dialog = ShortcutsDialog({})
    qtbot.addWidget(dialog)

    dialog.fields["save"].setKeySequence(QKeySequence("Ctrl+O"))

    assert not dialog.done_button().isEnabled()
    assert "“Open” and “Save”" in dialog.trouble()


def test_only_what_differs_from_the_usual_keys_is_handed_over(qtbot: QtBot) -> None:
    dialog = ShortcutsDialog({"quit": "F10"})
    qtbot.addWidget(dialog)
    dialog.fields["find"].setKeySequence(QKeySequence())

    with qtbot.waitSignal(dialog.accepted_keys) as heard:
        dialog.done_button().click()

    assert heard.args == [{"quit": "F10", "find": ""}]


def test_a_table_of_usual_keys_is_nothing_chosen() -> None:
    assert chosen_only({spec.id: default_keys(spec) for spec in TABLE}) == {}
