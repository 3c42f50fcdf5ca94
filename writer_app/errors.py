"""Errors that are for the person at the keyboard. Imports nothing of ours; every layer may raise them.

`UserError` is shown as it is: in a banner, or as one line of the command line with exit code 1. What the operating
system refused becomes one through `refused`, so that the path and a way out are always named. Bugs are neither.
"""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


class UserError(Exception):
    """Something that the user can understand and act on.

    `message` is one sentence that says what is wrong and where, `remedy` one that says what to do about it.
    """

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message, remedy)
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.message} {self.remedy}".rstrip()


# What the system says by number -> why in words, and what to do.
_REASONS: dict[int, tuple[str, str]] = {
    errno.ENOSPC: ("the disk is full", "Free some space on it, or choose another place, and try again."),
    errno.EDQUOT: ("your share of the disk is used up", "Free some space, or choose another place, and try again."),
    errno.EFBIG: ("the file would be larger than is allowed here", "Choose another place, and try again."),
    errno.EACCES: ("you have no permission for that", "Choose another place, or ask for the permission."),
    errno.EPERM: ("you have no permission for that", "Choose another place, or ask for the permission."),
    errno.EROFS: ("the disk is read-only", "Choose another place, and try again."),
    errno.ENOENT: ("there is no such file or folder", "Check the name, or choose another place."),
    errno.ENOTDIR: ("a part of its path is a file, not a folder", "Choose another place, and try again."),
    errno.EISDIR: ("it is a folder, not a file", "Choose a file."),
    errno.ENAMETOOLONG: ("its name is too long", "Choose a shorter name."),
    errno.ELOOP: ("its symbolic links lead back to themselves", "Choose another file, or mend the link."),
    errno.EIO: ("the disk reported a fault", "Save a copy on another disk now, and have this one checked."),
    errno.EMFILE: ("too many files are open", "Close some programs, and try again."),
    errno.EBUSY: ("another program holds it", "Close that program, and try again."),
}


def refused(doing: str, path: Path, error: OSError) -> UserError:
    """Say in words what the operating system refused.

    `doing` completes "could not be ..." ("saved", "read"); the path is always in the message.
    """
    unknown = (error.strerror or type(error).__name__, "Try again, or choose another place.")
    reason, remedy = _REASONS.get(error.errno or 0, unknown)
    return UserError(f"{path} could not be {doing}: {reason}.", remedy)
