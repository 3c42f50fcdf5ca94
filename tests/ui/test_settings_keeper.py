import dataclasses
import errno
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from tests.fakes import FaultyDisk
from writer_app.settings import SettingsStore
from writer_app.ui.background import Background
from writer_app.ui.settings_keeper import SettingsKeeper


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "config" / "settings.json"


@pytest.fixture
def background(qtbot: QtBot) -> Iterator[Background]:
    made = Background()
    yield made
    made.stop()


@pytest.fixture
def keeper(path: Path, background: Background) -> SettingsKeeper:
    return SettingsKeeper(SettingsStore(path), background)


def test_a_change_is_told_at_once_and_on_disk_soon_after(qtbot: QtBot, keeper: SettingsKeeper, path: Path) -> None:
    wanted = dataclasses.replace(keeper.suggestions, temperature=1.25)

    with qtbot.waitSignal(keeper.suggestions_changed) as heard:
        keeper.set_suggestions(wanted)

    assert heard.args == [wanted]
    qtbot.waitUntil(path.exists)
    assert json.loads(path.read_text())["suggestions"]["temperature"] == 1.25


def test_what_was_changed_is_there_after_a_restart(keeper: SettingsKeeper, path: Path, background: Background) -> None:
    keeper.set_suggestions(dataclasses.replace(keeper.suggestions, length=17))
    keeper.set_appearance(theme="sepia")
    keeper.set_window("panel_open", value=True)
    keeper.add_recent("/drafts/a.md")
    keeper.set_shortcuts({"save": "F2"})
    keeper.save_now()

    again = SettingsKeeper(SettingsStore(path), background)

    assert again.suggestions.length == 17
    assert again.appearance.theme == "sepia"
    assert again.window("panel_open") is True
    assert again.recent_files == ["/drafts/a.md"]
    assert again.shortcuts == {"save": "F2"}


def test_recent_drafts_stand_newest_first_and_only_once(keeper: SettingsKeeper) -> None:
    for path in ("/a.md", "/b.md", "/a.md"):
        keeper.add_recent(path)

    assert keeper.recent_files == ["/a.md", "/b.md"]


def test_only_so_many_recent_drafts_are_kept(keeper: SettingsKeeper) -> None:
    for number in range(30):
        keeper.add_recent(f"/{number}.md")

    assert keeper.recent_files[0] == "/29.md"
    assert len(keeper.recent_files) == 12


def test_a_damaged_file_is_moved_aside_and_said(path: Path, background: Background) -> None:
    path.parent.mkdir(parents=True)
    path.write_text("{ this is no JSON")

    keeper = SettingsKeeper(SettingsStore(path), background)

    assert keeper.damage is not None
    assert str(path) in keeper.damage.message
    assert next(path.parent.iterdir()).name.startswith("settings.json.damaged-")
    assert keeper.suggestions.model == "base-en"


def test_a_disk_that_refuses_is_said_and_the_change_stays_for_this_run(
    qtbot: QtBot, keeper: SettingsKeeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    FaultyDisk(monkeypatch, "write", errno.ENOSPC)

    with qtbot.waitSignal(keeper.noticed) as heard:
        keeper.set_appearance(theme="dark")

    assert "the disk is full" in heard.args[0].message
    assert keeper.appearance.theme == "dark"
