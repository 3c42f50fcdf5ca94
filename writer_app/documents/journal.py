"""The recovery journal: what is not saved yet, written within a second of being typed, offered again after a crash.

One SQLite file (WAL) in the state folder serves every running instance. Each session owns its entries and holds an
operating system's lock on a file of its own while it lives; the kernel drops that lock even on kill -9, so what is
unlocked is an orphan: its process is gone, and a reused process id cannot fool anyone. All methods may be called from
any thread; disk trouble is a UserError, and the draft in memory is not touched by it.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import sqlite3
import sys
import threading
import time
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Self

from writer_app.documents.origins import IMPORTED, Origins, origins_from_json, origins_to_json
from writer_app.durable import make_folder, move_aside
from writer_app.errors import UserError, refused

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

_SCHEMA = """
CREATE TABLE IF NOT EXISTS drafts (
    owner TEXT NOT NULL,
    document_id TEXT NOT NULL,
    path BLOB,
    text BLOB NOT NULL,
    cursor INTEGER NOT NULL,
    origins BLOB NOT NULL,
    saved_at REAL NOT NULL,
    number INTEGER NOT NULL,
    PRIMARY KEY (owner, document_id)
) WITHOUT ROWID
"""
# Counted, not timed: a clock that was set back must not change which draft is the latest.
_INSERT = """
INSERT OR REPLACE INTO drafts (owner, document_id, path, text, cursor, origins, saved_at, number)
VALUES (?, ?, ?, ?, ?, ?, ?, (SELECT COALESCE(MAX(number), 0) + 1 FROM drafts))
"""
_SELECT = "SELECT number, document_id, path, text, cursor, origins, saved_at FROM drafts"
_PATIENCE = 5.0  # seconds to wait while another instance writes


@dataclass(frozen=True)
class Recovered:
    """A draft that some session left unsaved. `path` is None for one that never had a file."""

    document_id: str
    path: Path | None
    text: str
    cursor: int
    origins: Origins
    saved_at: float  # seconds since 1970


class Journal:
    """The journal of one session. `warning` says what was damaged, in the file or in a draft in it, or is None."""

    def __init__(self, path: Path) -> None:
        """Open or create the journal at `path`. Raises UserError if the disk refuses."""
        self.path = path
        self.warning: UserError | None = None
        self._mutex = threading.Lock()
        self._owner = f"{os.getpid()}-{secrets.token_hex(4)}"
        self._locks = path.with_name(path.name + ".owners")
        make_folder(self._locks)
        self._lock = _OwnerLock.held(self._lock_file(self._owner))
        try:
            self._connection = self._opened()
        except UserError:
            self._lock.release()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def record(self, document_id: str, path: Path | None, text: str, cursor: int, origins: Origins) -> None:
        """Keep this state of a draft in place of its last one.

        Raises UserError if the disk refuses; the state before is still there then.
        """
        row = (
            self._owner,
            document_id,
            None if path is None else os.fsencode(path),
            zlib.compress(text.encode("utf-8", "surrogatepass"), level=1),
            cursor,
            zlib.compress(json.dumps(origins_to_json(origins)).encode("ascii"), level=1),
            time.time(),
        )
        with self._transaction() as connection:
            connection.execute(_INSERT, row)

    def clear(self, document_id: str) -> None:
        """Forget a draft: it is saved, was given up, or was recovered. Another living session's is left alone."""
        with self._transaction() as connection:
            for owner in (self._owner, *self._orphans(connection)):
                connection.execute("DELETE FROM drafts WHERE owner = ? AND document_id = ?", (owner, document_id))

    def pending(self) -> list[Recovered]:
        """Return what sessions that are gone have left unsaved, the latest first. Raises UserError."""
        with self._transaction() as connection:
            orphans = self._orphans(connection)
            rows = [row for owner in orphans for row in connection.execute(f"{_SELECT} WHERE owner = ?", (owner,))]
        drafts: list[Recovered] = []
        for row in sorted(rows, key=lambda row: int(row["number"]), reverse=True):
            try:
                drafts.append(_recovered(row))
            except (zlib.error, UnicodeDecodeError) as error:
                self.warning = UserError(
                    f"One unsaved draft in {self.path} cannot be read any more ({error}).", "The others are offered."
                )
        return drafts

    def close(self) -> None:
        """Let go of the file and the lock. What is recorded stays, and is offered at the next start."""
        with self._mutex:
            self._connection.close()
            self._lock.release()

    def _opened(self) -> sqlite3.Connection:
        try:
            return self._connect()
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError) and not _is_damage(error):
                raise self._refusal(error) from error
            self._set_aside(error)
        try:
            return self._connect()
        except sqlite3.DatabaseError as error:
            raise self._refusal(error) from error

    def _connect(self) -> sqlite3.Connection:
        try:
            self.path.touch(mode=0o600)  # nobody else's business; SQLite gives its other files this mode
        except OSError as error:
            raise refused("opened", self.path, error) from error
        connection = sqlite3.connect(self.path, timeout=_PATIENCE, isolation_level=None, check_same_thread=False)
        connection.row_factory = sqlite3.Row
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")  # whole after kill -9; a power cut may cost a second
            connection.execute("PRAGMA secure_delete = ON")  # a draft given up does not linger in free pages
            connection.execute(_SCHEMA)
            connection.execute(f"{_SELECT} LIMIT 1")
            _check(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _set_aside(self, error: sqlite3.DatabaseError) -> None:
        place = move_aside(self.path, datetime.now(UTC).strftime("%Y%m%d-%H%M%S"))
        for tail in ("-wal", "-shm"):  # they belong to the damaged one, and would damage the new one
            beside = self.path.with_name(self.path.name + tail)
            try:
                beside.rename(place.with_name(place.name + tail))
            except FileNotFoundError:
                continue
            except OSError as refusal:
                raise refused("moved aside", beside, refusal) from refusal
        self.warning = UserError(
            f"The recovery journal {self.path} was damaged ({error}); it lies now at {place}.",
            "Unsaved text of an earlier session may be in it; what you write now is recorded in a new one.",
        )

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._mutex:
            try:
                self._connection.execute("BEGIN IMMEDIATE")
                try:
                    yield self._connection
                    self._connection.execute("COMMIT")
                except BaseException:
                    if self._connection.in_transaction:
                        self._connection.execute("ROLLBACK")
                    raise
            except sqlite3.Error as error:
                raise self._refusal(error) from error

    def _refusal(self, error: sqlite3.Error) -> UserError:
        return UserError(
            f"The recovery journal {self.path} cannot be used: {error}.",
            "Save your work now; free some space on that disk if it is full.",
        )

    def _orphans(self, connection: sqlite3.Connection) -> list[str]:
        owners = [row[0] for row in connection.execute("SELECT DISTINCT owner FROM drafts")]
        return [owner for owner in owners if owner != self._owner and not _OwnerLock.is_held(self._lock_file(owner))]

    def _lock_file(self, owner: str) -> Path:
        return self._locks / f"{owner}.lock"


class _OwnerLock:
    """An operating system's lock on a file: held while the process lives, whatever ends it."""

    def __init__(self, path: Path, descriptor: int) -> None:
        self._path = path
        self._descriptor = descriptor

    @staticmethod
    def held(path: Path) -> _OwnerLock:
        """Create the file and lock it. Raises UserError."""
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
            _try_lock(descriptor)
        except OSError as error:
            raise refused("locked", path, error) from error
        return _OwnerLock(path, descriptor)

    @staticmethod
    def is_held(path: Path) -> bool:
        """Say whether a living process holds the lock; a file that nobody holds is removed."""
        try:
            descriptor = os.open(path, os.O_RDWR)
        except FileNotFoundError:
            return False
        except OSError as error:
            raise refused("read", path, error) from error
        try:
            _try_lock(descriptor)
        except OSError:
            return True
        finally:
            os.close(descriptor)
        with contextlib.suppress(OSError):  # someone else was faster
            path.unlink()
        return False

    def release(self) -> None:
        with contextlib.suppress(OSError):  # on Windows, an open file cannot be removed; an unlocked one does no harm
            self._path.unlink()
        os.close(self._descriptor)


def _try_lock(descriptor: int) -> None:
    """Lock without waiting, or raise OSError."""
    if sys.platform == "win32":
        import msvcrt  # noqa: PLC0415  # exists there only

        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
    else:
        import fcntl  # noqa: PLC0415  # does not exist on Windows

        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _check(connection: sqlite3.Connection) -> None:
    verdict = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    if verdict != "ok":
        raise sqlite3.DatabaseError(verdict)


def _is_damage(error: sqlite3.OperationalError) -> bool:
    """Tell a file that is not ours (a table of that name with other columns) from a disk that refuses."""
    return "no such column" in str(error) or "malformed" in str(error)


def _recovered(row: sqlite3.Row) -> Recovered:
    text = zlib.decompress(row["text"]).decode("utf-8", "surrogatepass")
    try:
        origins = origins_from_json(json.loads(zlib.decompress(row["origins"])))
    except (ValueError, KeyError, TypeError, IndexError, zlib.error):
        origins = Origins()
    if origins.length != len(text):  # the text is what matters; who wrote it is then not known
        origins = Origins.uniform(len(text), IMPORTED)
    path = None if row["path"] is None else Path(os.fsdecode(row["path"]))
    return Recovered(row["document_id"], path, text, row["cursor"], origins, row["saved_at"])
