import errno
import hashlib
import os
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes import FaultyDisk, run_python
from writer_app.documents.files import (
    LARGEST_DRAFT,
    CannotEncode,
    ChangedOnDisk,
    digest_of_file,
    read_text,
    write_text,
)
from writer_app.errors import UserError

posix = pytest.mark.skipif(sys.platform == "win32", reason="modes, links and limits of POSIX")

lines = st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"])), min_size=1).map("\n".join)


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    path = tmp_path / "draft.md"
    path.write_bytes(b"The old text.\n")
    return path


# ------------------------------------------------------------------------------------------------ round trips


@given(
    text=lines,
    encoding=st.sampled_from(["utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "gb18030"]),
    newline=st.sampled_from(["\n", "\r\n", "\r"]),
)
def test_a_marked_draft_comes_back_in_every_encoding_and_with_its_line_ends(
    tmp_path_factory: pytest.TempPathFactory, text: str, encoding: str, newline: str
) -> None:
    path = tmp_path_factory.mktemp("draft") / "draft.txt"

    digest = write_text(path, text, encoding=encoding, newline=newline, has_bom=True)

    found = read_text(path)
    assert (found.text, found.encoding, found.has_bom, found.notes) == (text, encoding, True, ())
    assert found.newline == newline or "\n" not in text
    assert found.digest == digest == hashlib.sha256(path.read_bytes()).hexdigest()
    assert found.size == path.stat().st_size


@given(text=lines, newline=st.sampled_from([b"\n", b"\r\n", b"\r"]), has_bom=st.booleans())
def test_saving_what_was_read_gives_the_same_bytes(
    tmp_path_factory: pytest.TempPathFactory, text: str, newline: bytes, has_bom: bool
) -> None:
    path = tmp_path_factory.mktemp("draft") / "draft.txt"
    before = text.encode("utf-8-sig" if has_bom else "utf-8").replace(b"\n", newline)
    path.write_bytes(before)
    found = read_text(path)

    write_text(
        path,
        found.text,
        encoding=found.encoding,
        newline=found.newline,
        has_bom=found.has_bom,
        expected_digest=found.digest,
    )

    assert path.read_bytes() == before


@pytest.mark.parametrize("encoding", ["cp1252", "cp1251", "gb18030", "cp932"])
def test_a_draft_in_an_old_encoding_is_saved_in_it(tmp_path: Path, encoding: str) -> None:
    text = {
        "cp1252": "Déjà vu, dit-elle — et puis « rien ».\r\n",
        "cp1251": "Он вышел из дома поздно ночью.\r\n",
        "gb18030": "他深夜走出家门，久久地望着河水。\r\n",
        "cp932": "彼は夜遅く家を出て、長い間川を見つめていた。\r\n",
    }[encoding]
    path = tmp_path / "draft.txt"
    path.write_bytes(text.encode(encoding))
    found = read_text(path)

    write_text(path, found.text + "Ende.\n", encoding=found.encoding, newline=found.newline)

    assert path.read_bytes() == (text + "Ende.\r\n").encode(encoding)


def test_mixed_line_ends_become_those_that_prevail_and_that_is_said(tmp_path: Path) -> None:
    path = tmp_path / "draft.txt"
    path.write_bytes(b"one\r\ntwo\r\nthree\nfour\rfive")

    found = read_text(path)

    assert (found.text, found.newline) == ("one\ntwo\nthree\nfour\nfive", "\r\n")
    assert "mixes line ends" in found.notes[0]
    assert "Windows" in found.notes[0]


def test_trailing_spaces_and_a_missing_last_line_end_stay(tmp_path: Path) -> None:
    path = tmp_path / "draft.txt"
    path.write_bytes(b"  a  \n\n\n b\t")

    found = read_text(path)
    write_text(path, found.text)

    assert path.read_bytes() == b"  a  \n\n\n b\t"


def test_twenty_megabytes_open_and_save(tmp_path: Path) -> None:
    path = tmp_path / "long.txt"
    text = ("A line of a very long book — and so on.\n" * 480_000) + "The end."
    write_text(path, text)

    found = read_text(path)

    assert found.size > 20_000_000
    assert found.text == text


def test_twenty_megabytes_on_one_line_open(tmp_path: Path) -> None:
    path = tmp_path / "long.txt"
    path.write_bytes(b"word " * 4_000_000)

    assert len(read_text(path).text) == 20_000_000


def test_a_file_beyond_the_limit_is_refused_with_both_numbers(tmp_path: Path) -> None:
    path = tmp_path / "huge.txt"
    with path.open("wb") as file:
        file.truncate(LARGEST_DRAFT + 1_000_000)  # a hole: takes no room

    with pytest.raises(UserError, match="holds 51 MB; drafts are opened up to 50 MB"):
        read_text(path)


# ------------------------------------------------------------------------------------------ what cannot be read


def test_what_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"none\.md could not be opened: there is no such file"):
        read_text(tmp_path / "none.md")


def test_a_folder_is_no_draft(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="is a folder"):
        read_text(tmp_path)


@posix
def test_a_pipe_is_refused_instead_of_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")

    with pytest.raises(UserError, match="a device or a pipe"):
        read_text(tmp_path / "pipe")


def test_a_path_through_a_file_is_told(draft: Path) -> None:
    with pytest.raises(UserError, match="a part of its path is a file"):
        read_text(draft / "inside.md")


@pytest.mark.parametrize("error", [errno.EACCES, errno.EIO])
def test_a_file_that_the_system_will_not_show_is_told(draft: Path, monkeypatch: pytest.MonkeyPatch, error: int) -> None:
    FaultyDisk(monkeypatch, "stat", error, only="draft.md")

    with pytest.raises(UserError, match=r"draft\.md could not be opened: "):
        read_text(draft)


def test_a_binary_file_is_refused_with_its_path(tmp_path: Path) -> None:
    path = tmp_path / "photo.md"
    path.write_bytes(b"\x89PNG\r\n\x1a\n\0\0")

    with pytest.raises(UserError, match=r"photo\.md is a picture"):
        read_text(path)


@posix
def test_a_file_with_two_names_says_so(draft: Path) -> None:
    (draft.parent / "other.md").hardlink_to(draft)

    assert "2 names" in read_text(draft).notes[0]


# ------------------------------------------------------------------------------- changed, deleted, in between


def test_what_another_program_changed_is_not_overwritten(draft: Path) -> None:
    opened = read_text(draft)
    draft.write_bytes(b"Written by another program.\n")

    with pytest.raises(ChangedOnDisk, match="was changed by another program") as caught:
        write_text(draft, "Mine.\n", expected_digest=opened.digest)

    assert not caught.value.deleted
    assert draft.read_bytes() == b"Written by another program.\n"


def test_a_change_that_keeps_size_and_time_is_noticed(draft: Path) -> None:
    opened, times = read_text(draft), draft.stat()
    draft.write_bytes(b"The new text.\n")
    os.utime(draft, ns=(times.st_atime_ns, times.st_mtime_ns))

    with pytest.raises(ChangedOnDisk):
        write_text(draft, "Mine.\n", expected_digest=opened.digest)


def test_what_another_program_truncated_is_not_overwritten(draft: Path) -> None:
    opened = read_text(draft)
    draft.write_bytes(b"")

    with pytest.raises(ChangedOnDisk):
        write_text(draft, "Mine.\n", expected_digest=opened.digest)


def test_what_was_deleted_is_told_apart(draft: Path) -> None:
    opened = read_text(draft)
    draft.unlink()

    with pytest.raises(ChangedOnDisk, match="was deleted or moved") as caught:
        write_text(draft, "Mine.\n", expected_digest=opened.digest)

    assert caught.value.deleted
    assert not draft.exists()


def test_a_folder_that_was_renamed_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "story"
    folder.mkdir()
    digest = write_text(folder / "draft.md", "Text.")
    folder.rename(tmp_path / "renamed")

    with pytest.raises(ChangedOnDisk):
        write_text(folder / "draft.md", "More text.", expected_digest=digest)
    with pytest.raises(UserError, match="no such file or folder"):
        write_text(folder / "draft.md", "More text.")


def test_a_file_in_place_of_the_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "story").write_text("")

    with pytest.raises(ChangedOnDisk):
        write_text(tmp_path / "story" / "draft.md", "Text.", expected_digest="0")


def test_another_program_that_wrote_the_same_is_no_conflict(draft: Path) -> None:
    opened = read_text(draft)
    draft.write_bytes(b"Mine.\n")

    digest = write_text(draft, "Mine.\n", expected_digest=opened.digest)

    assert digest == digest_of_file(draft)


def test_without_an_expected_digest_anything_is_overwritten(draft: Path) -> None:
    write_text(draft, "Mine.\n")

    assert draft.read_bytes() == b"Mine.\n"


def test_the_digest_that_saving_returns_fits_the_next_save(draft: Path) -> None:
    digest = read_text(draft).digest

    for text in ("One.", "Two.", "Three."):
        digest = write_text(draft, text, expected_digest=digest)

    assert draft.read_bytes() == b"Three."


def test_a_file_that_cannot_be_compared_is_not_overwritten(draft: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, "no")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", refused)
        with pytest.raises(UserError, match=r"draft\.md could not be read"):
            write_text(draft, "Mine.\n", expected_digest="0")

    assert draft.read_bytes() == b"The old text.\n"


# --------------------------------------------------------------------------------------- what cannot be saved


def test_a_character_that_the_encoding_lacks_is_named_and_utf8_offered(draft: Path) -> None:
    with pytest.raises(CannotEncode, match=r"line 3 holds “中”") as caught:
        write_text(draft, "one\ntwo\nthe 中 letter", encoding="cp1252", newline="\r\n")

    assert "UTF-8" in caught.value.remedy
    assert (caught.value.character, caught.value.position) == ("中", 12)
    assert draft.read_bytes() == b"The old text.\n"


def test_half_a_character_is_named_by_its_line(draft: Path) -> None:
    with pytest.raises(CannotEncode, match="line 2 holds half a character"):
        write_text(draft, "one\n\ud83d two")

    assert draft.read_bytes() == b"The old text.\n"


@pytest.mark.parametrize("call", ["open", "write", "fsync", "replace"])
def test_a_full_disk_leaves_the_old_draft(draft: Path, monkeypatch: pytest.MonkeyPatch, call: str) -> None:
    digest = digest_of_file(draft)
    with monkeypatch.context() as patch:
        FaultyDisk(patch, call, errno.ENOSPC)
        with pytest.raises(UserError, match="the disk is full"):
            write_text(draft, "Mine.\n", expected_digest=digest)

    assert read_text(draft).text == "The old text.\n"
    write_text(draft, "Mine.\n", expected_digest=digest)  # once there is room again


@posix
def test_a_small_real_disk_that_is_full_leaves_the_old_draft(tmp_path: Path) -> None:
    """A file size limit of the kernel stands for the full disk, which only root could make."""
    code = """
import resource, signal, sys
from pathlib import Path
from writer_app.documents.files import read_text, write_text
from writer_app.errors import UserError
path = Path(sys.argv[1])
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (65_536, 65_536))
digest = write_text(path, "short")
try:
    write_text(path, "long " * 40_000, expected_digest=digest)
except UserError as error:
    print(error)
assert read_text(path).text == "short"
assert write_text(path, "short again", expected_digest=digest)
"""

    result = run_python(code, tmp_path / "draft.md")

    assert result.returncode == 0, result.stderr
    assert "draft.md could not be saved" in result.stdout
    assert [path.name for path in tmp_path.iterdir()] == ["draft.md"]
