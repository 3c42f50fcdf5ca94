import errno
import sqlite3
import subprocess
import sys
import threading
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes import FaultyDisk
from writer_app.documents.journal import Journal
from writer_app.documents.origins import Kind, Origin, Origins, Run
from writer_app.errors import UserError

TYPED = Origin(Kind.TYPED)
WRITER = """
import sys
from pathlib import Path
from writer_app.documents.journal import Journal
from writer_app.documents.origins import Kind, Origin, Origins
journal = Journal(Path(sys.argv[1]))
for number in range(1, 100_000):
    text = "word " * number
    journal.record("one", Path("/story/draft.md"), text, number, Origins.uniform(len(text), Origin(Kind.TYPED)))
    print(number, flush=True)
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "journal.sqlite3"


@pytest.fixture
def journal(path: Path) -> Iterator[Journal]:
    with Journal(path) as session:
        yield session


def left_behind(path: Path, text: str = "Unsaved.", document_id: str = "one") -> None:
    """Be a session that ends without saving."""
    with Journal(path) as session:
        session.record(document_id, None, text, 3, Origins.uniform(len(text), TYPED))


def test_what_a_session_left_unsaved_is_offered_to_the_next(path: Path) -> None:
    origins = Origins.from_runs([Run(4, TYPED), Run(5, Origin(Kind.SUGGESTED, (("id", 1),)))])
    with Journal(path) as session:
        session.record("one", Path("/story/draft.md"), "Unsaved 🦉", 7, origins)

    with Journal(path) as session:
        (found,) = session.pending()

    assert (found.document_id, found.path, found.text) == ("one", Path("/story/draft.md"), "Unsaved 🦉")
    assert (found.cursor, found.origins) == (7, origins)
    assert found.saved_at > 1_700_000_000


@given(text=st.text(st.characters(codec=None, exclude_categories=[])), cursor=st.integers(0, 10**9))
def test_any_text_comes_back(tmp_path_factory: pytest.TempPathFactory, text: str, cursor: int) -> None:
    path = tmp_path_factory.mktemp("journal") / "journal.sqlite3"
    with Journal(path) as session:
        session.record("one", None, text, cursor, Origins.uniform(len(text), TYPED))

    with Journal(path) as session:
        (found,) = session.pending()

    assert (found.text, found.cursor, found.path) == (text, cursor, None)


def test_only_the_last_state_of_a_document_is_kept(path: Path) -> None:
    with Journal(path) as session:
        for text in ("a", "ab", "abc"):
            session.record("one", None, text, 0, Origins.uniform(len(text), TYPED))

    with Journal(path) as session:
        assert [found.text for found in session.pending()] == ["abc"]


def test_the_latest_is_offered_first_whatever_the_clock_says(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for hour, name in ((9, "first"), (8, "second"), (7, "third")):
        monkeypatch.setattr("time.time", lambda hour=hour: hour * 3600.0)
        left_behind(path, name, document_id=name)

    with Journal(path) as session:
        assert [found.text for found in session.pending()] == ["third", "second", "first"]


def test_a_sessions_own_drafts_are_not_offered_to_it(journal: Journal) -> None:
    journal.record("one", None, "Mine.", 0, Origins.uniform(5, TYPED))

    assert journal.pending() == []


def test_a_draft_of_another_running_session_is_neither_offered_nor_cleared(path: Path, journal: Journal) -> None:
    with Journal(path) as other:
        other.record("one", None, "Theirs.", 0, Origins.uniform(7, TYPED))

        assert journal.pending() == []
        journal.clear("one")

    assert [found.text for found in journal.pending()] == ["Theirs."]


def test_what_was_saved_is_not_offered(path: Path) -> None:
    with Journal(path) as session:
        session.record("one", None, "Saved.", 0, Origins.uniform(6, TYPED))
        session.record("two", None, "Not saved.", 0, Origins.uniform(10, TYPED))
        session.clear("one")

    with Journal(path) as session:
        assert [found.document_id for found in session.pending()] == ["two"]


def test_what_was_recovered_or_given_up_is_not_offered_again(path: Path, journal: Journal) -> None:
    left_behind(path)

    journal.clear("one")

    assert journal.pending() == []


def test_a_text_that_was_given_up_is_not_left_in_the_file(path: Path) -> None:
    secret = zlib.compress(b"A sentence that its writer gave up.", level=1)
    with Journal(path) as session:
        session.record("one", None, "A sentence that its writer gave up.", 0, Origins())
        session.clear("one")

    assert secret not in path.read_bytes()


def test_clearing_what_is_not_there_does_nothing(journal: Journal) -> None:
    journal.clear("none")


def test_kill_9_loses_nothing_that_was_recorded(path: Path) -> None:
    child = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE, text=True, encoding="ascii"
    )
    assert child.stdout is not None
    with child:
        for _ in range(40):
            recorded = int(child.stdout.readline())
        child.kill()
        recorded = int((child.stdout.read().split() or [recorded])[-1])

    with Journal(path) as session:
        (found,) = session.pending()

    assert len(found.text) // len("word ") in {recorded, recorded + 1}
    assert found.path == Path("/story/draft.md")
    assert found.origins == Origins.uniform(len(found.text), TYPED)


def test_a_living_process_keeps_its_drafts_until_it_is_killed(path: Path) -> None:
    child = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE, text=True, encoding="ascii"
    )
    assert child.stdout is not None
    with child:
        child.stdout.readline()
        with Journal(path) as session:
            assert session.pending() == []
            child.kill()
            child.wait()
            assert len(session.pending()) == 1


def test_the_lock_file_of_a_killed_session_does_not_stay(path: Path) -> None:
    left_behind(path)
    locks = path.with_name(path.name + ".owners")
    with sqlite3.connect(path) as connection:
        (owner,) = connection.execute("SELECT owner FROM drafts").fetchone()
    connection.close()
    (locks / f"{owner}.lock").touch()  # as kill -9 leaves it: there, and locked by nobody

    with Journal(path) as session:
        session.pending()

        assert len(list(locks.iterdir())) == 1


def test_threads_may_record_at_once(path: Path) -> None:
    def record(name: str) -> None:
        for number in range(20):
            journal.record(name, None, f"{name} {number}", 0, Origins())

    with Journal(path) as journal:
        threads = [threading.Thread(target=record, args=(name,)) for name in "abcd"]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    with Journal(path) as journal:
        assert sorted(found.text for found in journal.pending()) == ["a 19", "b 19", "c 19", "d 19"]


def test_origins_that_lag_behind_the_text_do_not_stop_its_recovery(path: Path) -> None:
    with Journal(path) as session:
        session.record("one", None, "Longer than known.", 0, Origins.uniform(3, TYPED))

    with Journal(path) as session:
        (found,) = session.pending()

    assert found.text == "Longer than known."
    assert found.origins == Origins.uniform(18, Origin(Kind.IMPORTED))


def test_damaged_origins_do_not_stop_the_recovery_of_the_text(path: Path) -> None:
    left_behind(path)
    connection = sqlite3.connect(path)
    connection.execute("UPDATE drafts SET origins = X'00'")
    connection.commit()
    connection.close()

    with Journal(path) as session:
        (found,) = session.pending()

    assert found.text == "Unsaved."


def test_a_draft_that_is_damaged_does_not_hide_the_others(path: Path) -> None:
    left_behind(path, "Sound.", document_id="one")
    left_behind(path, "Damaged.", document_id="two")
    connection = sqlite3.connect(path)
    connection.execute("UPDATE drafts SET text = X'00' WHERE document_id = 'two'")
    connection.commit()
    connection.close()

    with Journal(path) as session:
        assert [found.text for found in session.pending()] == ["Sound."]
        assert "cannot be read any more" in str(session.warning)


@pytest.mark.parametrize("damage", ["junk", "middle", "table"])
def test_a_damaged_journal_is_moved_aside_and_a_new_one_begun(path: Path, damage: str) -> None:
    left_behind(path, "Long enough to fill some pages. " * 3000)
    if damage == "junk":
        path.write_bytes(b"This is no database at all." * 100)
    elif damage == "middle":
        data = bytearray(path.read_bytes())
        data[100:3000] = b"\xff" * 2900
        path.write_bytes(data)
    else:
        connection = sqlite3.connect(path)
        connection.executescript("DROP TABLE drafts; CREATE TABLE drafts (something TEXT)")
        connection.close()

    with Journal(path) as session:
        session.record("two", None, "New.", 0, Origins.uniform(4, TYPED))

        assert "was damaged" in str(session.warning)
    (aside,) = path.parent.glob("journal.sqlite3.damaged-*")
    assert str(aside) in str(session.warning)
    with Journal(path) as session:
        assert [found.text for found in session.pending()] == ["New."]
        assert session.warning is None


def test_an_empty_file_becomes_a_journal(path: Path) -> None:
    path.parent.mkdir()
    path.touch()

    with Journal(path) as session:
        assert session.pending() == []


def test_a_full_disk_is_told_and_what_was_recorded_before_stays(path: Path) -> None:
    with Journal(path) as session:
        session.record("one", None, "Before.", 0, Origins.uniform(7, TYPED))
        session._connection.execute("PRAGMA max_page_count = 3")  # SQLite's own way to a full disk
        noise = "".join(chr(0x4E00 + number * 7919 % 20_000) for number in range(50_000))

        with pytest.raises(UserError, match="full") as caught:
            session.record("one", None, noise, 0, Origins())

    assert "Save your work now" in caught.value.remedy
    with Journal(path) as session:
        assert [found.text for found in session.pending()] == ["Before."]


def test_after_a_refusal_recording_goes_on(path: Path) -> None:
    with Journal(path) as session:
        session._connection.execute("PRAGMA query_only = ON")
        with pytest.raises(UserError):
            session.record("one", None, "No.", 0, Origins())
        session._connection.execute("PRAGMA query_only = OFF")

        session.record("one", None, "Yes.", 0, Origins())

    with Journal(path) as session:
        assert [found.text for found in session.pending()] == ["Yes."]


def test_a_state_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file where the folder should be")

    with pytest.raises(UserError, match="could not be created"):
        Journal(tmp_path / "state" / "journal.sqlite3")


def test_a_folder_in_place_of_the_journal_is_told_and_left(path: Path) -> None:
    path.mkdir(parents=True)

    with pytest.raises(UserError, match="cannot be used"):
        Journal(path)

    assert path.is_dir()


def test_a_journal_that_cannot_be_created_is_told_and_its_lock_let_go(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        FaultyDisk(patch, "open", errno.ENOSPC, only="journal.sqlite3", after=1)  # the lock is the first
        with pytest.raises(UserError, match="the disk is full"):
            Journal(path)

    assert list(path.with_name("journal.sqlite3.owners").iterdir()) == []


def test_a_damaged_journal_that_cannot_be_moved_aside_is_told(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    left_behind(path)
    path.write_bytes(b"This is no database at all." * 100)
    FaultyDisk(monkeypatch, "rename", errno.EROFS)

    with pytest.raises(UserError, match="could not be moved aside"):
        Journal(path)

    assert path.read_bytes().startswith(b"This is no")


def test_the_log_of_a_damaged_journal_goes_with_it(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """While another instance has the damaged one open, SQLite leaves its log; a new journal must not take it over."""
    left_behind(path)
    log = path.with_name("journal.sqlite3-wal")
    real = Journal._connect

    def connect(self: Journal) -> sqlite3.Connection:
        if self.warning is None:
            log.write_bytes(b"the log of the damaged one")
            raise sqlite3.DatabaseError("database disk image is malformed")
        return real(self)

    monkeypatch.setattr(Journal, "_connect", connect)

    with Journal(path) as session:
        assert session.pending() == []

    (aside,) = path.parent.glob("journal.sqlite3.damaged-*-wal")
    assert aside.read_bytes() == b"the log of the damaged one"


def test_a_helper_that_cannot_go_with_it_is_told(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path.parent.mkdir()
    path.write_bytes(b"This is no database at all." * 100)
    FaultyDisk(monkeypatch, "rename", errno.EACCES, only="-wal")
    path.with_name("journal.sqlite3-wal").write_bytes(b"the log of the damaged one")

    with pytest.raises(UserError, match=r"sqlite3-wal could not be moved aside"):
        Journal(path)


def test_an_owners_lock_that_cannot_be_looked_at_is_told(
    path: Path, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    left_behind(path)
    FaultyDisk(monkeypatch, "open", errno.EACCES, only=".lock")

    with pytest.raises(UserError, match=r"\.lock could not be read"):
        journal.pending()


def test_a_closed_journal_refuses_in_words(path: Path) -> None:
    journal = Journal(path)
    journal.close()

    with pytest.raises(UserError, match="cannot be used"):
        journal.record("one", None, "Too late.", 0, Origins())


@pytest.mark.parametrize(("call", "what"), [("open", "could not be locked"), ("mkdir", "could not be created")])
def test_a_read_only_state_folder_is_told(path: Path, monkeypatch: pytest.MonkeyPatch, call: str, what: str) -> None:
    FaultyDisk(monkeypatch, call, errno.EROFS)

    with pytest.raises(UserError, match=what):
        Journal(path)


@pytest.mark.skipif(sys.platform == "win32", reason="modes of POSIX")
def test_nobody_else_may_read_unsaved_text(path: Path, journal: Journal) -> None:
    journal.record("one", None, "Mine.", 0, Origins())

    files = [file for file in path.parent.iterdir() if file.is_file()]
    assert len(files) == 3  # the database and SQLite's two helpers
    assert all(file.stat().st_mode & 0o077 == 0 for file in files)
