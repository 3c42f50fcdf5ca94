"""Origins on disk: a hidden JSON file beside the draft, with the digest of the text it describes.

It holds that text as well, compressed: when the draft was edited elsewhere, the difference tells which stretches are
still the ones that were recorded (`matching`). The values themselves are in `runs`, and passed on from here.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import zlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from writer_app.documents.matching import IMPORTED, matched
from writer_app.documents.runs import Kind, Origin, Origins, Run
from writer_app.durable import atomic_write, move_aside
from writer_app.errors import UserError, refused

if TYPE_CHECKING:
    from pathlib import Path

__all__ = [
    "IMPORTED",
    "Kind",
    "Origin",
    "Origins",
    "Run",
    "load_origins",
    "origins_from_json",
    "origins_path",
    "origins_to_json",
    "save_origins",
]

FORMAT = "writer-app origins"
VERSION = 1
_LONGEST_NAME = 255  # bytes
_LONGEST_TEXT = 400_000_000  # bytes that a record may unpack to: nobody's draft, but some prank's


def origins_path(draft_path: Path) -> Path:
    """Return where the origins of a draft lie: `.NAME.origins.json`; a name too long for that is shortened."""
    draft_path = draft_path.resolve()  # beside the draft itself, not beside a link to it
    name = f".{draft_path.name}.origins.json"
    if len(os.fsencode(name)) > _LONGEST_NAME:
        mark = hashlib.sha256(os.fsencode(draft_path.name)).hexdigest()[:16]
        name = f".{mark}.origins.json"
    return draft_path.with_name(name)


def save_origins(draft_path: Path, text: str, origins: Origins) -> None:
    """Write the origins of `text` beside the draft. Raises UserError if the disk refuses, ValueError if they don't fit.

    Save the draft first: origins that describe an older text are matched by difference, and nothing is lost.
    """
    if origins.length != len(text):
        raise ValueError(f"origins describe {origins.length:,} characters, the text has {len(text):,}")
    content = {"format": FORMAT, "version": VERSION, "text_sha256": _digest(text), **origins_to_json(origins)}
    packed = zlib.compress(text.encode("utf-8", "surrogatepass"), level=3)
    content["text"] = base64.b64encode(packed).decode("ascii")
    atomic_write(origins_path(draft_path), json.dumps(content, ensure_ascii=True).encode("ascii") + b"\n")


def load_origins(draft_path: Path, text: str, notes: list[str] | None = None) -> Origins:
    """Return the origins of the draft's `text`; what nothing is known about is imported.

    Never fails: a damaged file is moved aside, and that, or what else went wrong, is appended to `notes`.
    """
    notes = [] if notes is None else notes
    nothing_known = Origins.uniform(len(text), IMPORTED)
    path = origins_path(draft_path)
    try:
        data = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return nothing_known
    except OSError as error:
        notes.append(f"{refused('read', path, error)} Who wrote what in this draft is not known now.")
        return nothing_known
    try:
        origins, described = _parsed(data)
    except (ValueError, KeyError, TypeError, IndexError, RecursionError, zlib.error) as error:
        notes.append(_set_aside(path, error))
        return nothing_known
    return origins if described == text else matched(origins, described, text)


def origins_to_json(origins: Origins) -> dict[str, Any]:
    """Return {"origins": [{"kind", "details"}, ...], "runs": [[length, index into origins], ...]}."""
    index: dict[Origin, int] = {}
    runs = [[run.length, index.setdefault(run.origin, len(index))] for run in origins.runs]
    return {"origins": [{"kind": o.kind.value, "details": dict(o.details)} for o in index], "runs": runs}


def origins_from_json(content: dict[str, Any]) -> Origins:
    """Undo `origins_to_json`. Raises ValueError, KeyError, TypeError or IndexError for anything else."""
    known = [_origin(item) for item in content["origins"]]
    runs: list[Run] = []
    for length, index in content["runs"]:
        if not (isinstance(length, int) and isinstance(index, int) and length > 0 and index >= 0):
            raise ValueError(f"a run is {length!r}, {index!r}")
        runs.append(Run(length, known[index]))
    return Origins.from_runs(runs)


def _origin(item: dict[str, Any]) -> Origin:
    details = tuple((str(name), value) for name, value in item["details"].items())
    if not all(isinstance(value, str | int | float) for _, value in details):
        raise ValueError("a detail is not a single value")
    return Origin(Kind(item["kind"]), details)


def _parsed(data: bytes) -> tuple[Origins, str]:
    content = json.loads(data)
    if content["format"] != FORMAT:
        raise ValueError("it is another kind of file")
    if content["version"] > VERSION:
        raise ValueError(f"a newer version of Writer App wrote it: format {content['version']}, known is {VERSION}")
    text = _unpacked(content["text"])
    origins = origins_from_json(content)
    if _digest(text) != content["text_sha256"]:
        raise ValueError("its text is not the one it names")
    if origins.length != len(text):
        raise ValueError(f"it describes {origins.length:,} characters of {len(text):,}")
    return origins, text


def _unpacked(packed: str) -> str:
    unpacker = zlib.decompressobj()
    data = unpacker.decompress(base64.b64decode(packed, validate=True), _LONGEST_TEXT)
    if not unpacker.eof:
        raise ValueError("its text is cut off")
    return data.decode("utf-8", "surrogatepass")


def _set_aside(path: Path, error: Exception) -> str:
    try:
        place = move_aside(path, datetime.now(UTC).strftime("%Y%m%d-%H%M%S"))
    except UserError as refusal:
        return str(refusal)
    return (
        f"The record of who wrote what cannot be used ({error}) and lies now at {place}. "
        "All of this draft counts as imported; what you write from now on is recorded."
    )


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
