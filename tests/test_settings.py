import errno
import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes import FaultyDisk
from writer_app.errors import UserError
from writer_app.settings import (
    VERSION,
    Appearance,
    Settings,
    SettingsStore,
    SuggestionPreferences,
    choices,
    limits,
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "config" / "settings.json"


def written(path: Path, content: Any) -> SettingsStore:
    path.parent.mkdir(exist_ok=True)
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return SettingsStore(path)


def numeric(section: type[SuggestionPreferences | Appearance]) -> st.SearchStrategy[Any]:
    fields: dict[str, st.SearchStrategy[Any]] = {}
    for name, field in section.__dataclass_fields__.items():
        if "limits" not in field.metadata:
            continue
        low, high = limits(section, name)
        whole = isinstance(field.default, int)
        fields[name] = st.integers(int(low), int(high)) if whole else st.floats(low, high)
    return st.builds(section, **fields)


def test_without_a_file_there_are_defaults_and_no_warning(path: Path) -> None:
    store = SettingsStore(path)

    assert store.load() == Settings()
    assert store.warning is None
    assert not path.exists()


@given(
    st.builds(
        Settings,
        suggestions=numeric(SuggestionPreferences),
        appearance=numeric(Appearance),
        recent_files=st.lists(st.text()),
        shortcuts=st.dictionaries(st.text(), st.text()),
        window=st.dictionaries(st.text(), st.booleans() | st.text() | st.integers()),
        author=st.text(),
    )
)
def test_what_is_saved_is_loaded(tmp_path_factory: pytest.TempPathFactory, settings: Settings) -> None:
    path = tmp_path_factory.mktemp("settings") / "settings.json"

    SettingsStore(path).save(settings)

    store = SettingsStore(path)
    assert store.load() == settings
    assert store.warning is None


def test_a_file_name_that_is_no_unicode_comes_back(path: Path) -> None:
    name = os.fsdecode(b"/home/me/caf\xe9.md")

    SettingsStore(path).save(Settings(recent_files=[name]))

    assert SettingsStore(path).load().recent_files == [name]


def test_unknown_keys_stay_at_every_level(path: Path) -> None:
    content = {
        "version": VERSION,
        "later": {"a": [1, {"b": None}]},
        "suggestions": {"temperature": 0.5, "mood": "grave"},
        "appearance": {"paper": "laid"},
    }
    store = written(path, content)
    settings = store.load()
    settings.suggestions.temperature = 1.5

    store.save(settings)

    saved = json.loads(path.read_text())
    assert saved["later"] == content["later"]
    assert saved["suggestions"]["mood"] == "grave"
    assert saved["appearance"]["paper"] == "laid"
    assert saved["suggestions"]["temperature"] == 1.5


def test_unknown_keys_stay_even_when_nothing_was_loaded_before_saving(path: Path) -> None:
    store = written(path, {"later": 1})

    store.save(Settings(author="Me"))

    assert json.loads(path.read_text())["later"] == 1


def test_what_was_removed_from_a_table_is_gone_after_saving(path: Path) -> None:
    store = written(path, {"shortcuts": {"save": "Ctrl+S", "open": "Ctrl+O"}})
    settings = store.load()
    del settings.shortcuts["open"]

    store.save(settings)

    assert SettingsStore(path).load().shortcuts == {"save": "Ctrl+S"}


def test_a_newer_versions_file_keeps_its_version(path: Path) -> None:
    store = written(path, {"version": VERSION + 5})

    store.save(store.load())

    assert json.loads(path.read_text())["version"] == VERSION + 5


@pytest.mark.parametrize(
    ("section", "name", "value"),
    [
        ("suggestions", "temperature", 2.5),
        ("suggestions", "temperature", -0.1),
        ("suggestions", "temperature", "hot"),
        ("suggestions", "temperature", True),
        ("suggestions", "temperature", None),
        ("suggestions", "temperature", float("nan")),
        ("suggestions", "temperature", float("inf")),
        ("suggestions", "length", 0),
        ("suggestions", "length", 6.5),
        ("suggestions", "alternatives", 6),
        ("suggestions", "top_p", 0),
        ("suggestions", "seed", 10**30),
        ("suggestions", "automatic", 1),
        ("suggestions", "model", 7),
        ("appearance", "theme", "pink"),
        ("appearance", "text_size", 500),
        ("appearance", "text_family", ["Noto"]),
    ],
)
def test_a_value_that_does_not_fit_is_replaced_by_its_default_and_named(
    path: Path, section: str, name: str, value: Any
) -> None:
    store = written(path, {section: {name: value}, "author": "Kept"})

    settings = store.load()

    assert asdict(settings) == asdict(Settings(author="Kept"))
    assert store.warning is not None
    assert f"{section}.{name} " in store.warning.message


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("recent_files", "one.md"),
        ("recent_files", [1]),
        ("shortcuts", []),
        ("shortcuts", {"save": 5}),
        ("window", {"panels": ["a"]}),
        ("suggestions", 3),
        ("appearance", None),
        ("author", {}),
        ("version", "one"),
    ],
)
def test_a_group_of_the_wrong_shape_is_replaced_and_named(path: Path, name: str, value: Any) -> None:
    store = written(path, {name: value})

    assert store.load() == Settings()
    assert store.warning is not None
    assert f"{name} is" in store.warning.message


def test_a_whole_number_will_do_where_a_fraction_may_stand(path: Path) -> None:
    store = written(path, {"suggestions": {"temperature": 1}})

    temperature = store.load().suggestions.temperature

    assert (temperature, type(temperature)) == (1.0, float)
    assert store.warning is None


@pytest.mark.parametrize(
    "damage",
    [
        "",
        "{",
        "\x00" * 500,
        "[1, 2]",
        '"text"',
        "null",
        '{"version": 1',
        "[" * 100_000,
        '{"version": ' + "9" * 9000 + "}",
    ],
)
def test_a_damaged_file_is_moved_aside_and_said(path: Path, damage: str) -> None:
    store = written(path, damage)

    settings = store.load()

    assert settings == Settings()
    assert store.warning is not None
    (aside,) = path.parent.iterdir()
    assert aside.name.startswith("settings.json.damaged-")
    assert aside.read_text() == damage
    assert str(aside) in store.warning.message


def test_a_file_in_another_encoding_is_moved_aside(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b'{"author": "caf\xe9"}')

    store = SettingsStore(path)

    assert store.load() == Settings()
    assert "damaged" in str(store.warning)


def test_after_a_damaged_file_settings_are_saved_again(path: Path) -> None:
    store = written(path, "{")
    settings = store.load()
    settings.author = "Me"

    store.save(settings)

    assert SettingsStore(path).load().author == "Me"


def test_a_warning_goes_with_the_next_sound_load(path: Path) -> None:
    store = written(path, "{")
    store.load()

    store.save(Settings())
    store.load()

    assert store.warning is None


def test_a_file_that_cannot_be_read_gives_defaults_and_is_said(tmp_path: Path) -> None:
    store = SettingsStore(tmp_path)  # a folder

    assert store.load() == Settings()
    assert "could not be read: it is a folder" in str(store.warning)


def test_a_damaged_file_that_cannot_be_moved_is_said(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = written(path, "{")
    FaultyDisk(monkeypatch, "rename", errno.EROFS)

    assert store.load() == Settings()
    assert "could not be moved aside: the disk is read-only" in str(store.warning)


def test_a_full_disk_leaves_the_settings_as_they_were(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = SettingsStore(path)
    store.save(Settings(author="Old"))
    FaultyDisk(monkeypatch, "write", errno.ENOSPC)

    with pytest.raises(UserError, match="the disk is full"):
        store.save(Settings(author="New"))

    assert SettingsStore(path).load().author == "Old"


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "config").write_text("a file where the folder should be")

    with pytest.raises(UserError, match="could not be created"):
        SettingsStore(tmp_path / "config" / "settings.json").save(Settings())


def test_limits_and_choices_hold_the_defaults() -> None:
    for section in (SuggestionPreferences, Appearance):
        for name, field in section.__dataclass_fields__.items():
            if "limits" in field.metadata:
                low, high = limits(section, name)
                assert low <= getattr(section(), name) <= high
            if "choices" in field.metadata:
                assert getattr(section(), name) in choices(section, name)
