"""Reading and saving a draft: bytes on disk <-> text with LF line ends. Saving follows DESIGN, "Documents and safety".

A `TextFile` remembers what saving must bring back: encoding, line ends, byte order mark, and the digest of the bytes,
by which a change made by another program is noticed before it is overwritten. `decoding` does the guessing.
"""

from __future__ import annotations

import hashlib
import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING

from writer_app.documents.decoding import decode, encoding_name
from writer_app.durable import atomic_write
from writer_app.errors import UserError, refused

if TYPE_CHECKING:
    from pathlib import Path

__all__ = [
    "LARGEST_DRAFT",
    "CannotEncode",
    "ChangedOnDisk",
    "TextFile",
    "atomic_write",
    "digest_of_file",
    "read_text",
    "write_text",
]

LARGEST_DRAFT = 50_000_000  # bytes: forty novels; the editor opens as much in under a second
_LINE_ENDS = {"\n": "Unix", "\r\n": "Windows", "\r": "old Mac"}


class ChangedOnDisk(UserError):  # noqa: N818  # it is named for what happened
    """The file is not as it was opened: another program changed it, or `deleted` it."""

    def __init__(self, path: Path, *, deleted: bool) -> None:
        what = "was deleted or moved" if deleted else "was changed"
        super().__init__(
            f"{path} {what} by another program since it was opened here.",
            "Save under another name, or save over it if what is there now is not needed.",
        )
        self.deleted = deleted


class CannotEncode(UserError):  # noqa: N818  # it is named for what happened
    """The file's encoding has no place for `character`, which stands at `position` of the text."""

    def __init__(self, path: Path, encoding: str, character: str, position: int, line: int) -> None:
        if encoding.startswith("utf"):
            what, remedy = "half a character", "Remove what stands there, and save again."
        else:
            what, remedy = f"“{character}”", "Save it as UTF-8, which holds every character."
        super().__init__(f"{path} cannot be saved as {encoding_name(encoding)}: line {line:,} holds {what}.", remedy)
        self.character = character
        self.position = position


@dataclass(frozen=True)
class TextFile:
    """A draft as it was read.

    `text` has LF line ends whatever `newline` the file has; `digest` is the SHA-256 of its bytes, `size` their
    number. `notes` are sentences for the user: what was guessed, and what saving will not bring back byte by byte.
    """

    text: str
    encoding: str
    newline: str
    has_bom: bool
    digest: str
    size: int
    notes: tuple[str, ...] = ()


def read_text(path: Path) -> TextFile:
    """Read a draft in whatever encoding it is.

    Raises UserError for what is missing, a folder, unreadable, larger than LARGEST_DRAFT, or no text.
    """
    data, names = _read_bytes(path)
    decoded = decode(data, str(path))
    newline, mixed = _line_end(decoded.text)
    notes = list(decoded.notes)
    if mixed:
        notes.append(f"The file mixes line ends; saving gives every line the {_LINE_ENDS[newline]} one.")
    if names > 1:
        notes.append(f"The file has {names} names on this disk (hard links); saving changes the one you opened only.")
    text = decoded.text.replace("\r\n", "\n").replace("\r", "\n")
    digest = hashlib.sha256(data).hexdigest()
    return TextFile(text, decoded.encoding, newline, decoded.has_bom, digest, len(data), tuple(notes))


def write_text(
    path: Path,
    text: str,
    *,
    encoding: str = "utf-8",
    newline: str = "\n",
    has_bom: bool = False,
    expected_digest: str | None = None,
) -> str:
    """Save a draft whole or not at all, and return the digest of what the file holds now.

    `expected_digest` is the one the file had when it was read or last saved: if it has another now, or is gone,
    ChangedOnDisk is raised; None overwrites whatever is there. Raises CannotEncode, or UserError if the disk refuses.
    """
    data = _encoded(path, text, encoding, newline, has_bom=has_bom)
    digest = hashlib.sha256(data).hexdigest()
    if expected_digest is not None:
        found = digest_of_file(path)
        if found is None:
            raise ChangedOnDisk(path, deleted=True)
        if found not in {expected_digest, digest}:
            raise ChangedOnDisk(path, deleted=False)
    atomic_write(path, data)
    return digest


def digest_of_file(path: Path) -> str | None:
    """Return the SHA-256 of a file's bytes in hex, None if there is no file. Raises UserError if it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise refused("read", path, error) from error


def _read_bytes(path: Path) -> tuple[bytes, int]:
    """Return a regular file's bytes, and how many names it has."""
    try:
        found = path.stat()
        if stat.S_ISDIR(found.st_mode):
            raise UserError(f"{path} is a folder, not a text.", "Choose a text or Markdown file.")
        if not stat.S_ISREG(found.st_mode):
            raise UserError(f"{path} is a device or a pipe, not a text.", "Choose a text or Markdown file.")
        if found.st_size > LARGEST_DRAFT:
            raise UserError(
                f"{path} holds {found.st_size / 1e6:,.0f} MB; drafts are opened up to {LARGEST_DRAFT / 1e6:,.0f} MB.",
                "Split it into several files, and open those.",
            )
        return path.read_bytes(), found.st_nlink
    except OSError as error:
        raise refused("opened", path, error) from error


def _line_end(text: str) -> tuple[str, bool]:
    """Return the line end that prevails, and whether there are others."""
    windows = text.count("\r\n")
    counts = {"\n": text.count("\n") - windows, "\r\n": windows, "\r": text.count("\r") - windows}
    prevailing = max(counts, key=lambda end: counts[end])
    return prevailing, sum(1 for count in counts.values() if count) > 1


def _encoded(path: Path, text: str, encoding: str, newline: str, *, has_bom: bool) -> bytes:
    if newline != "\n":
        text = text.replace("\n", newline)
    mark = "\ufeff".encode(encoding) if has_bom else b""
    try:
        return mark + text.encode(encoding)
    except UnicodeEncodeError as error:
        position = error.start - text[: error.start].count("\r\n") * (newline == "\r\n")
        line = text[: error.start].count(newline) + 1
        raise CannotEncode(path, encoding, text[error.start], position, line) from error
