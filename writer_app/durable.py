"""Writing a file so that it holds the old bytes or the new ones, whatever happens in between.

`atomic_write` is the one function that everything durable goes through: drafts, settings, exports, origins, models.
It stands at the bottom, because settings and models lie below the documents; `documents.files` passes it on.
"""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import stat
import sys
from pathlib import Path

from writer_app.errors import UserError, refused

_LONGEST_NAME = 255  # bytes; what ext4, APFS and NTFS can hold
_NO_DIRECTORY_SYNC = {errno.EINVAL, errno.ENOTSUP, errno.ENOSYS}  # some network and FUSE file systems


def atomic_write(path: Path, data: bytes) -> None:
    """Replace the file's contents by `data`, all of it or nothing.

    A temporary file beside it is written in full and flushed to the disk, gets the old file's mode and owner, takes
    its place by renaming, and the folder is flushed as well: once this returns, a power cut cannot undo it.
    Symbolic links are followed, never replaced. A hard link is cut: the file's other names keep the old contents.
    Raises UserError with the path in it; the old file is untouched then (unless only the folder's flush failed).
    """
    try:
        target = _resolved(path)
        old = _existing(path, target)
        _replace(target, data, old)
    except OSError as error:
        raise refused("saved", path, error) from error


def make_folder(path: Path) -> None:
    """Create a folder and those above it where missing, or raise UserError."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise refused("created", path, error) from error


def move_aside(path: Path, stamp: str) -> Path:
    """Rename a damaged file to NAME.damaged-STAMP (a free name is found), and return where it lies now."""
    place = path.with_name(f"{path.name}.damaged-{stamp}")
    number = 2
    while place.exists():
        place = path.with_name(f"{path.name}.damaged-{stamp}-{number}")
        number += 1
    try:
        path.rename(place)
    except OSError as error:
        raise refused("moved aside", path, error) from error
    return place


def _resolved(path: Path) -> Path:
    target = Path(os.path.realpath(path))
    if target.is_symlink():  # realpath gives up on a loop and leaves a link
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
    return target


def _existing(path: Path, target: Path) -> os.stat_result | None:
    """Look at the file that is to be replaced: None if there is none, UserError if it must not be."""
    try:
        old = target.stat()
    except FileNotFoundError:
        return None
    if stat.S_ISDIR(old.st_mode):
        raise OSError(errno.EISDIR, os.strerror(errno.EISDIR))
    if not stat.S_ISREG(old.st_mode):
        raise UserError(f"{path} could not be saved: it is a device or a pipe, not a file.", "Choose a file.")
    # Replacing needs no permission on the file itself, but someone who made it read-only meant it.
    if not old.st_mode & 0o222 or not os.access(target, os.W_OK):
        raise UserError(
            f"{path} could not be saved: the file is read-only.", "Save under another name, or make it writable."
        )
    return old


def _replace(target: Path, data: bytes, old: os.stat_result | None) -> None:
    temporary = target.with_name(_temporary_name(target.name))
    try:
        _write_new(temporary, data, old)
        temporary.replace(target)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise
    _sync_folder(target.parent)


def _temporary_name(name: str) -> str:
    tail = f".{os.getpid()}-{secrets.token_hex(4)}.tmp"
    room = _LONGEST_NAME - 1 - len(tail)
    return "." + os.fsdecode(os.fsencode(name)[:room]) + tail


def _write_new(temporary: Path, data: bytes, old: os.stat_result | None) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)
    # A private draft must not be readable by others for a moment; a new one gets what the umask allows.
    descriptor = os.open(temporary, flags, 0o666 if old is None else 0o600)
    try:
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(descriptor, rest) :]
        if old is not None:
            _keep_owner_and_mode(temporary, old)
        _sync_file(descriptor)
    finally:
        os.close(descriptor)


def _keep_owner_and_mode(temporary: Path, old: os.stat_result) -> None:
    if sys.platform != "win32":
        new = temporary.stat()
        if (new.st_uid, new.st_gid) != (old.st_uid, old.st_gid):
            with contextlib.suppress(PermissionError):  # only root may give a file away
                os.chown(temporary, old.st_uid, old.st_gid)
    temporary.chmod(stat.S_IMODE(old.st_mode))  # after chown, which clears the set-id bits


def _sync_file(descriptor: int) -> None:
    if sys.platform == "darwin":  # there, fsync stops at the drive's own cache
        import fcntl  # noqa: PLC0415  # does not exist on Windows

        fcntl.fcntl(descriptor, fcntl.F_FULLFSYNC)
    else:
        os.fsync(descriptor)


def _sync_folder(folder: Path) -> None:
    if sys.platform == "win32":  # a folder cannot be opened there, and NTFS journals the rename
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in _NO_DIRECTORY_SYNC:
            raise
    finally:
        os.close(descriptor)
