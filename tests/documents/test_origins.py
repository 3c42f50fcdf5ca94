import errno
import json
import os
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes import FaultyDisk
from writer_app.documents.origins import (
    Kind,
    Origin,
    Origins,
    Run,
    load_origins,
    origins_from_json,
    origins_path,
    origins_to_json,
    save_origins,
)
from writer_app.errors import UserError

TYPED = Origin(Kind.TYPED)
SUGGESTED = Origin(
    Kind.SUGGESTED,
    (("id", 7), ("model", "base-en"), ("temperature", 0.8), ("seed", 0), ("time", "2026-11-21"), ("text", " quietly")),
)
TEXT = "She sat down quietly."
ORIGINS = Origins.from_runs([Run(12, TYPED), Run(8, SUGGESTED), Run(1, TYPED)])

details = st.dictionaries(
    st.text(), st.text() | st.integers() | st.floats(allow_nan=False, allow_infinity=False), max_size=3
).map(lambda pairs: tuple(pairs.items()))
some_runs = st.lists(
    st.builds(Run, st.integers(1, 50), st.builds(Origin, st.sampled_from(list(Kind)), details)), max_size=10
)


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    path = tmp_path / "draft.md"
    path.write_text(TEXT)
    save_origins(path, TEXT, ORIGINS)
    return path


@given(some_runs)
def test_origins_survive_json(some: list[Run]) -> None:
    origins = Origins.from_runs(some)

    assert origins_from_json(json.loads(json.dumps(origins_to_json(origins)))) == origins


@given(some_runs, st.characters())
def test_what_is_saved_is_loaded(tmp_path_factory: pytest.TempPathFactory, some: list[Run], letter: str) -> None:
    draft = tmp_path_factory.mktemp("draft") / "draft.md"
    origins = Origins.from_runs(some)
    text = letter * origins.length
    notes: list[str] = []

    save_origins(draft, text, origins)

    assert load_origins(draft, text, notes) == origins
    assert notes == []


def test_the_record_is_hidden_beside_the_draft_and_names_its_text(draft: Path) -> None:
    path = draft.with_name(".draft.md.origins.json")

    content = json.loads(path.read_text())

    assert path == origins_path(draft)
    assert content["version"] == 1
    assert len(content["text_sha256"]) == 64
    assert content["runs"] == [[12, 0], [8, 1], [1, 0]]


def test_without_a_record_everything_is_imported(tmp_path: Path) -> None:
    notes: list[str] = []

    assert load_origins(tmp_path / "draft.md", TEXT, notes) == Origins.uniform(len(TEXT), Origin(Kind.IMPORTED))
    assert notes == []


def test_an_empty_draft_has_no_runs(tmp_path: Path) -> None:
    save_origins(tmp_path / "draft.md", "", Origins())

    assert load_origins(tmp_path / "draft.md", "").runs == ()


def test_what_was_added_elsewhere_is_imported_and_the_rest_known(draft: Path) -> None:
    text = "Then " + TEXT + " Nobody spoke!"

    origins = load_origins(draft, text)

    assert origins.slice(5, 5 + len(TEXT)) == ORIGINS
    assert origins.shares()[Kind.IMPORTED] == len("Then ") + len(" Nobody spoke!")


def test_origins_that_do_not_fit_the_text_are_a_bug_that_shows(draft: Path) -> None:
    with pytest.raises(ValueError, match="21 characters, the text has 3"):
        save_origins(draft, "abc", ORIGINS)


@pytest.mark.parametrize(
    "damage",
    [
        lambda _: b"",
        lambda _: b"\x00" * 300,
        lambda data: data[: len(data) // 2],
        lambda _: b"[]",
        lambda _: b"[" * 100_000,
        lambda data: data.replace(b'"writer-app origins"', b'"something else"'),
        lambda data: data.replace(b'"version": 1', b'"version": 2'),
        lambda data: data.replace(b'"version": 1', b'"version": "1"'),
        lambda data: data.replace(b'"typed"', b'"dreamt"'),
        lambda data: data.replace(b"[12, 0]", b"[13, 0]"),
        lambda data: data.replace(b"[12, 0]", b"[-12, 0]"),
        lambda data: data.replace(b"[12, 0]", b"[12, 9]"),
        lambda data: data.replace(b"[12, 0]", b"[12, -1]"),
        lambda data: data.replace(b"[12, 0]", b"12"),
        lambda data: data.replace(b'"seed": 0', b'"seed": [0]'),
        lambda data: data.replace(b'"text": "eF', b'"text": "AA'),
        lambda data: data.replace(b'"text": "eF', b'"text": "\xc3\xa9'),
        lambda data: data.replace(b'"text_sha256": "', b'"text_sha256": "0'),
    ],
)
def test_a_damaged_record_is_moved_aside_and_said_and_the_draft_opens(draft: Path, damage: object) -> None:
    path = origins_path(draft)
    before = path.read_bytes()
    damaged = damage(before)  # type: ignore[operator]
    path.write_bytes(damaged)
    notes: list[str] = []

    origins = load_origins(draft, TEXT, notes)

    assert damaged != before
    assert origins == Origins.uniform(len(TEXT), Origin(Kind.IMPORTED))
    (aside,) = draft.parent.glob(".draft.md.origins.json.damaged-*")
    assert aside.read_bytes() == damaged
    assert str(aside) in notes[0]


def test_a_record_that_cannot_be_read_is_said(draft: Path) -> None:
    origins_path(draft).unlink()
    origins_path(draft).mkdir()
    notes: list[str] = []

    origins = load_origins(draft, TEXT, notes)

    assert origins.shares()[Kind.IMPORTED] == len(TEXT)
    assert "it is a folder" in notes[0]


def test_a_damaged_record_that_cannot_be_moved_is_said(draft: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    origins_path(draft).write_text("{")
    FaultyDisk(monkeypatch, "rename", errno.EROFS)
    notes: list[str] = []

    load_origins(draft, TEXT, notes)

    assert "could not be moved aside" in notes[0]


def test_a_full_disk_leaves_the_record_as_it_was(draft: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        FaultyDisk(patch, "write", errno.ENOSPC)
        with pytest.raises(UserError, match="the disk is full"):
            save_origins(draft, "abc", Origins.uniform(3, TYPED))

    assert load_origins(draft, TEXT) == ORIGINS


def test_a_draft_whose_folder_is_gone_is_told(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no such file or folder"):
        save_origins(tmp_path / "gone" / "draft.md", "abc", Origins.uniform(3, TYPED))


@pytest.mark.skipif(sys.platform == "win32", reason="links of POSIX")
def test_the_record_lies_beside_the_draft_and_not_beside_a_link_to_it(tmp_path: Path, draft: Path) -> None:
    link = tmp_path / "links" / "link.md"
    link.parent.mkdir()
    link.symlink_to(draft)

    assert load_origins(link, TEXT) == ORIGINS


def test_a_draft_with_the_longest_name_has_a_record_too(tmp_path: Path) -> None:
    draft = tmp_path / ("n" * 252 + ".md")

    save_origins(draft, TEXT, ORIGINS)

    assert load_origins(draft, TEXT) == ORIGINS
    assert len(os.fsencode(origins_path(draft).name)) <= 255


def test_half_a_character_does_not_stop_the_record(tmp_path: Path) -> None:
    text = "a\ud83d"

    save_origins(tmp_path / "draft.md", text, Origins.uniform(2, TYPED))

    assert load_origins(tmp_path / "draft.md", text) == Origins.uniform(2, TYPED)
