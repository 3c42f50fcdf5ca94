"""The whole window with real keys, mouse and files; only the model is a stand-in."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from zipfile import ZipFile

import pytest
from PySide6.QtCore import QEvent, QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeySequence
from PySide6.QtWidgets import QAbstractButton, QApplication, QPushButton, QWidget

from tests.ui.doubles import Answers, Engine
from writer_app.documents.origins import load_origins
from writer_app.documents.runs import Kind
from writer_app.ui.document_session import Leave
from writer_app.ui.theme import DARK, LIGHT

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from writer_app.app.composition import Parts


@pytest.fixture
def story(tmp_path: Path) -> Path:
    path = tmp_path / "story.md"
    path.write_text("# One\n\nIt was late.\n", encoding="utf-8")
    return path


def press(qtbot: QtBot, parts: Parts, keys: str) -> None:
    """Press keys as the window gets them: its shortcuts first, then the editor."""
    sequence = QKeySequence(keys)[0]
    qtbot.keyClick(parts.window.editor, sequence.key(), sequence.keyboardModifiers())


def button(parts: Parts, key: str, text: str) -> QPushButton:
    banner = parts.window.banners.banner(key)
    assert banner is not None
    return next(found for found in banner.findChildren(QPushButton) if found.text() == text)


def drop(widget: QWidget, data: QMimeData) -> bool:
    middle, action = widget.rect().center(), Qt.DropAction.CopyAction
    none, left = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton
    enter = QDragEnterEvent(middle, action, data, left, none)
    QApplication.sendEvent(widget, enter)
    event = QDropEvent(QPointF(middle), action, data, left, none, QEvent.Type.Drop)
    event.setAccepted(False)
    QApplication.sendEvent(widget, event)
    return enter.isAccepted() and event.isAccepted()


def files(*paths: Path) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return data


# --- files


def test_open_write_save_with_the_keys_of_the_menu(qtbot: QtBot, parts: Parts, answers: Answers, story: Path) -> None:
    answers.path = story
    press(qtbot, parts, "Ctrl+O")
    press(qtbot, parts, "Ctrl+End")
    qtbot.keyClicks(parts.window.editor, "He went on.")
    assert parts.window.isWindowModified()
    assert "edited" in parts.window.status.left_text()

    press(qtbot, parts, "Ctrl+S")

    assert story.read_text(encoding="utf-8") == "# One\n\nIt was late.\nHe went on."
    assert not parts.window.isWindowModified()
    assert parts.window.windowTitle() == "story.md[*] — Writer App"
    assert parts.window.status.left_text() == "7 words   ·   saved"


def test_what_was_typed_and_what_was_suggested_is_kept_beside_the_draft(
    qtbot: QtBot, parts: Parts, answers: Answers, tmp_path: Path
) -> None:
    qtbot.keyClicks(parts.window.editor, "The wind fell")
    qtbot.waitUntil(lambda: parts.window.editor.ghost_text() != "")
    qtbot.keyClick(parts.window.editor, Qt.Key.Key_Tab)
    answers.path = tmp_path / "wind.md"

    press(qtbot, parts, "Ctrl+S")

    text = answers.path.read_text(encoding="utf-8")
    shares = load_origins(answers.path, text).shares()
    assert text == "The wind fell and the sea was still"
    assert (shares[Kind.TYPED], shares[Kind.SUGGESTED]) == (13, 22)


def test_the_ghost_is_in_no_file_and_no_count(qtbot: QtBot, parts: Parts, answers: Answers, tmp_path: Path) -> None:
    qtbot.keyClicks(parts.window.editor, "The wind fell")
    qtbot.waitUntil(lambda: parts.window.editor.ghost_text() != "")
    answers.path = tmp_path / "wind.md"

    press(qtbot, parts, "Ctrl+S")
    answers.path = tmp_path / "wind.txt"
    with qtbot.waitSignal(parts.window.exporter.exported):
        parts.window.actions_by_id["export_txt"].trigger()

    assert (tmp_path / "wind.md").read_text() == "The wind fell"
    assert (tmp_path / "wind.txt").read_text().strip() == "The wind fell"
    assert parts.window.status.left_text().startswith("3 words")


def test_a_file_dropped_on_the_window_or_the_text_is_opened(parts: Parts, story: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.md"
    other.write_text("Other.")

    assert drop(parts.window.editor.viewport(), files(story))
    assert parts.window.editor.text() == "# One\n\nIt was late.\n"

    assert drop(parts.window, files(other))
    assert parts.window.editor.text() == "Other."


def test_of_several_dropped_files_the_first_is_opened_and_the_others_are_named(
    parts: Parts, story: Path, tmp_path: Path
) -> None:
    drop(parts.window, files(story, tmp_path / "b.md", tmp_path / "c.md"))

    assert parts.window.session.path == story
    assert "b.md, c.md" in parts.window.banners.notices()[0].message


def test_text_that_is_dropped_is_not_taken_for_a_file(parts: Parts) -> None:
    data = QMimeData()
    data.setText("dragged words")

    drop(parts.window.editor.viewport(), data)

    assert "dragged words" in parts.window.editor.text()
    assert parts.window.session.path is None


def test_recent_drafts_are_in_the_menu_and_those_that_are_gone_are_grey(
    parts: Parts, story: Path, tmp_path: Path
) -> None:
    gone = tmp_path / "gone & away.md"
    gone.write_text("Soon gone.")
    parts.window.session.open(gone)
    parts.window.session.open(story)
    gone.unlink()
    menu = parts.window.recent.menu

    menu.aboutToShow.emit()

    listed = [(action.text(), action.isEnabled()) for action in menu.actions() if action.data()]
    assert listed == [("story.md", True), ("gone && away.md", False)]


def test_a_recent_draft_opens_and_the_list_can_be_cleared(parts: Parts, story: Path) -> None:
    parts.window.session.open(story)
    parts.window.session.new()

    parts.window.recent.menu.actions()[0].trigger()
    assert parts.window.session.path == story

    parts.window.actions_by_id["clear_recent"].trigger()
    assert parts.keeper.recent_files == []


@pytest.mark.parametrize("kind", ["md", "txt", "html", "docx", "pdf"])
def test_every_format_of_the_menu_is_written(
    qtbot: QtBot, parts: Parts, answers: Answers, story: Path, kind: str
) -> None:
    parts.window.session.open(story)
    target = story.parent / "out" / f"story.{kind}"
    target.parent.mkdir()
    answers.path = target

    with qtbot.waitSignal(parts.window.exporter.exported, timeout=30_000):
        parts.window.actions_by_id[f"export_{kind}"].trigger()

    data = target.read_bytes()
    if kind == "docx":
        with ZipFile(target) as archive:
            data = archive.read("word/document.xml")
    assert data.startswith(b"%PDF") if kind == "pdf" else b"It was late." in data
    assert answers.asked == [f"export story.{kind}"]
    assert str(target) in parts.window.banners.notices()[0].message


def test_an_export_that_the_disk_refuses_is_said(qtbot: QtBot, parts: Parts, answers: Answers, tmp_path: Path) -> None:
    answers.path = tmp_path / "no such folder" / "story.pdf"

    with qtbot.waitSignal(parts.window.exporter.refused, timeout=30_000):
        parts.window.actions_by_id["export_pdf"].trigger()

    notice = parts.window.banners.notices()[0]
    assert "no such folder" in notice.message
    assert notice.remedy


def test_an_export_never_overwrites_the_draft_itself(qtbot: QtBot, parts: Parts, answers: Answers, story: Path) -> None:
    parts.window.session.open(story)
    answers.path = story

    parts.window.actions_by_id["export_md"].trigger()

    assert "is the draft itself" in parts.window.banners.notices()[0].message
    assert story.read_text() == "# One\n\nIt was late.\n"


def test_a_change_by_another_program_is_said_when_the_window_is_used_again(
    qtbot: QtBot, parts: Parts, story: Path
) -> None:
    parts.window.session.open(story)
    story.write_text("Theirs.")

    QApplication.sendEvent(parts.window, QEvent(QEvent.Type.ActivationChange))
    qtbot.mouseClick(button(parts, "disk", "Reload"), Qt.MouseButton.LeftButton)

    assert parts.window.editor.text() == "Theirs."


def test_the_sample_story_is_opened_as_a_new_draft(parts: Parts) -> None:
    parts.window.actions_by_id["sample"].trigger()

    assert len(parts.window.editor.text()) > 4000
    assert parts.window.session.path is None


# --- closing


@pytest.mark.parametrize(("answer", "closes"), [(Leave.CANCEL, False), (Leave.DISCARD, True)])
def test_closing_asks_about_unsaved_work(
    qtbot: QtBot, parts: Parts, answers: Answers, answer: Leave, closes: bool
) -> None:
    qtbot.keyClicks(parts.window.editor, "Unsaved")
    answers.to_leave = answer

    parts.window.close()

    assert answers.asked == ["leave Untitled"]
    assert parts.window.isVisible() is not closes


def test_closing_with_save_saves_first(qtbot: QtBot, parts: Parts, answers: Answers, story: Path) -> None:
    parts.window.session.open(story)
    qtbot.keyClicks(parts.window.editor, "More. ")
    answers.to_leave = Leave.SAVE

    parts.window.close()

    assert parts.window.isHidden()
    assert story.read_text().startswith("More. # One")


def test_the_suggestion_thread_ends_with_the_window(qtbot: QtBot, parts: Parts) -> None:
    parts.window.close()

    assert parts.shut_down()


# --- what a restart remembers


def test_settings_panel_theme_zoom_and_size_are_there_after_a_restart(
    qtbot: QtBot, start: Callable[..., Parts]
) -> None:
    first = start()
    press(qtbot, first, "F9")
    first.window.panel.daring.slider.setFocus()
    qtbot.keyClick(first.window.panel.daring.slider, Qt.Key.Key_End)
    first.window.actions_by_id["theme_dark"].trigger()
    press(qtbot, first, "Ctrl++")
    first.window.resize(900, 600)
    first.window.close()
    first.shut_down()

    again = start()

    assert again.window.dock.isVisible()
    assert again.window.panel.daring.value() == 2.0
    assert again.window.editor.zoom == first.window.editor.zoom > 100
    assert again.keeper.appearance.theme == "dark"
    assert again.window.actions_by_id["theme_dark"].isChecked()


def test_the_panel_is_closed_until_asked_for(qtbot: QtBot, parts: Parts) -> None:
    assert not parts.window.dock.isVisible()

    press(qtbot, parts, "F9")
    assert parts.window.dock.isVisible()
    assert 280 <= parts.window.panel.width() <= 340

    press(qtbot, parts, "F9")
    assert not parts.window.dock.isVisible()


def test_damaged_settings_are_said_and_the_app_starts(user_folders: Path, start: Callable[..., Parts]) -> None:
    path = user_folders / "config" / "writer-app" / "settings.json"
    path.parent.mkdir(parents=True)
    path.write_text('{"suggestions": {"temperature": "hot"}}')

    parts = start()

    notice = parts.window.banners.notices()[0]
    assert "temperature" in notice.message
    assert parts.keeper.suggestions.temperature == 0.0


def test_unknown_keys_of_the_settings_file_survive(user_folders: Path, start: Callable[..., Parts]) -> None:
    path = user_folders / "config" / "writer-app" / "settings.json"
    path.parent.mkdir(parents=True)
    path.write_text('{"from_the_future": 1, "suggestions": {"warp": 9}}')

    parts = start()
    parts.keeper.set_appearance(theme="light")
    parts.keeper.save_now()

    saved = json.loads(path.read_text())
    assert (saved["from_the_future"], saved["suggestions"]["warp"]) == (1, 9)


# --- look and keys


def test_the_theme_changes_at_once_everywhere(parts: Parts) -> None:
    parts.window.actions_by_id["theme_light"].trigger()
    assert (
        parts.window.editor.grab().toImage().pixelColor(parts.window.editor.width() // 2, 300).name().upper()
        == LIGHT.page
    )

    parts.window.actions_by_id["theme_dark"].trigger()

    assert (
        parts.window.editor.grab().toImage().pixelColor(parts.window.editor.width() // 2, 300).name().upper()
        == DARK.page
    )
    assert parts.window.palette().window().color().name().upper() == DARK.ground


def test_a_preset_of_the_menu_is_pressed_in_the_panel_and_the_other_way_round(parts: Parts) -> None:
    parts.window.actions_by_id["preset_wild"].trigger()
    assert parts.window.panel.presets.buttons["Wild"].isChecked()
    assert parts.keeper.suggestions.length == 20

    parts.window.panel.presets.buttons["Story"].click()
    assert parts.window.actions_by_id["preset_story"].isChecked()
    assert not parts.window.actions_by_id["preset_wild"].isChecked()


def test_a_preset_of_the_menu_stays_ticked_when_chosen_again(parts: Parts) -> None:
    parts.window.actions_by_id["preset_steady"].trigger()

    assert parts.window.actions_by_id["preset_steady"].isChecked()
    assert parts.keeper.suggestions.preset == "Steady"


def test_a_theme_stays_ticked_when_chosen_again(parts: Parts) -> None:
    for _ in range(2):
        parts.window.actions_by_id["theme_dark"].trigger()

    assert parts.window.actions_by_id["theme_dark"].isChecked()


def test_changed_keys_work_at_once(qtbot: QtBot, parts: Parts) -> None:
    parts.keeper.set_shortcuts({"accept_all": "F4"})
    qtbot.keyClicks(parts.window.editor, "So")
    qtbot.waitUntil(lambda: parts.window.editor.ghost_text() != "")

    qtbot.keyClick(parts.window.editor, Qt.Key.Key_F4)

    assert parts.window.editor.text() == "So and the sea was still"
    assert "F4 takes it" in parts.window.panel.keys_hint()


def test_keys_are_changed_in_their_dialog(qtbot: QtBot, parts: Parts) -> None:
    parts.window.actions_by_id["shortcuts"].trigger()
    dialog = parts.window.shortcuts_dialog
    dialog.fields["panel"].setKeySequence(QKeySequence("F6"))

    qtbot.mouseClick(dialog.done_button(), Qt.MouseButton.LeftButton)
    press(qtbot, parts, "F6")

    assert parts.window.dock.isVisible()
    assert parts.keeper.shortcuts == {"panel": "F6"}


def test_the_suggest_menu_takes_what_the_keys_take(qtbot: QtBot, parts: Parts) -> None:
    qtbot.keyClicks(parts.window.editor, "So")
    qtbot.waitUntil(lambda: parts.window.editor.ghost_text() != "")

    parts.window.actions_by_id["accept_word"].trigger()

    assert parts.window.editor.text() == "So and"


def test_the_menus_grey_what_would_do_nothing(qtbot: QtBot, parts: Parts) -> None:
    def enabled() -> set[str]:
        names = ("undo", "redo", "cut", "copy", "accept_all", "next_alternative", "dismiss", "ask_now")
        return {name for name in names if parts.window.actions_by_id[name].isEnabled()}

    assert enabled() == {"ask_now"}

    qtbot.keyClicks(parts.window.editor, "So")
    qtbot.waitUntil(lambda: parts.window.editor.ghost_text() != "")
    assert enabled() == {"undo", "accept_all", "next_alternative", "dismiss", "ask_now"}

    parts.window.actions_by_id["select_all"].trigger()
    assert enabled() == {"undo", "cut", "copy", "ask_now"}


def test_find_opens_with_its_keys(qtbot: QtBot, parts: Parts) -> None:
    press(qtbot, parts, "Ctrl+F")

    assert parts.window.find_bar.isVisible()


def test_the_help_menu_says_where_things_lie(parts: Parts, user_folders: Path) -> None:
    parts.window.actions_by_id["places"].trigger()

    assert str(user_folders) in parts.window.banners.notices()[0].remedy


def test_an_empty_draft_says_what_to_do_next(parts: Parts) -> None:
    assert "Tab" in parts.window.editor.placeholderText()


def test_every_widget_that_takes_the_focus_has_a_name(parts: Parts) -> None:
    parts.window.show_panel(visible=True)
    parts.window.actions_by_id["replace"].trigger()
    nameless = [
        widget
        for widget in parts.window.findChildren(QWidget)
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and widget.isVisible()
        and not (widget.accessibleName() or (isinstance(widget, QAbstractButton) and widget.text()))
        and not widget.objectName().startswith("qt_")
    ]

    assert nameless == []


def test_an_interrupted_run_is_offered_at_the_next_start(qtbot: QtBot, start: Callable[..., Parts]) -> None:
    first = start(Engine(text=""))
    with qtbot.waitSignal(first.window.session.autosave.recorded):
        qtbot.keyClicks(first.window.editor, "Never saved")
    first.journal.close()  # what the end of a process does

    again = start()
    qtbot.waitUntil(lambda: bool(again.window.banners.notices()))
    notice = again.window.banners.notices()[0]
    qtbot.mouseClick(button(again, notice.key, "Restore"), Qt.MouseButton.LeftButton)

    assert again.window.editor.text() == "Never saved"
    assert again.window.isWindowModified()
