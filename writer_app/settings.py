"""What the user has chosen, kept in one JSON file. Plain values: no Qt, no torch, no globals.

Each field carries its limits, so the file's reader and the settings panel go by the same ones (`limits`, `choices`).
Keys that this version does not know are kept at every level; what cannot be used is replaced by its default and said.
"""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from writer_app.durable import atomic_write, make_folder, move_aside
from writer_app.errors import UserError, refused

if TYPE_CHECKING:
    from pathlib import Path

VERSION = 1
FILE_NAME = "settings.json"


def _ranged(default: float, low: float, high: float) -> Any:  # noqa: ANN401  # as dataclasses.field itself
    return field(default=default, metadata={"limits": (low, high)})


@dataclass
class SuggestionPreferences:
    """What the settings panel sets: how daring, how long, how eager, and which model."""

    temperature: float = _ranged(0.0, 0.0, 2.0)
    length: int = _ranged(6, 1, 60)  # words
    top_k: int = _ranged(0, 0, 1000)  # 0: off
    top_p: float = _ranged(1.0, 0.01, 1.0)  # 1: off
    min_p: float = _ranged(0.0, 0.0, 1.0)  # 0: off
    repetition_penalty: float = _ranged(1.2, 1.0, 2.0)  # 1: off
    seed: int = _ranged(0, 0, 2**31 - 1)
    alternatives: int = _ranged(3, 1, 5)
    automatic: bool = True
    delay_ms: int = _ranged(0, 0, 5000)  # first words come in some 4 ms: nothing to wait for
    model: str = "base-en"
    device: str = "auto"
    preset: str = "Steady"


@dataclass
class Appearance:
    """How the page looks."""

    theme: str = field(default="system", metadata={"choices": ("system", "light", "dark", "sepia")})
    text_size: int = _ranged(13, 6, 72)  # points
    text_family: str = "Noto Serif"
    characters_per_line: int = _ranged(68, 40, 120)


@dataclass
class Settings:
    """All of it. `window` holds the geometry (base64) and which panels are open; `shortcuts` an action's id -> keys."""

    version: int = VERSION
    suggestions: SuggestionPreferences = field(default_factory=SuggestionPreferences)
    appearance: Appearance = field(default_factory=Appearance)
    recent_files: list[str] = field(default_factory=list)
    shortcuts: dict[str, str] = field(default_factory=dict, metadata={"values": str})
    window: dict[str, str | int | float | bool] = field(default_factory=dict)
    author: str = ""


def limits(section: type[SuggestionPreferences | Appearance], name: str) -> tuple[float, float]:
    """Return the least and the greatest value that a numeric field may have."""
    low, high = section.__dataclass_fields__[name].metadata["limits"]
    return low, high


def choices(section: type[SuggestionPreferences | Appearance], name: str) -> tuple[str, ...]:
    """Return the words that a field may hold."""
    return tuple(section.__dataclass_fields__[name].metadata["choices"])


class SettingsStore:
    """The settings file. `warning` says after `load` what could not be used, or is None."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.warning: UserError | None = None
        self._read: dict[str, Any] | None = None  # the file as it was read, unknown keys included

    def load(self) -> Settings:
        """Read the file; whatever is wrong with it, settings come back. A damaged file is moved aside."""
        self.warning = None
        self._read = self._read_file()
        wrong: list[str] = []
        settings = Settings()
        _fill(settings, self._read, "", wrong)
        settings.version = max(settings.version, VERSION)  # a newer version's file stays that version's file
        if wrong:
            self.warning = UserError(
                f"{self.path} holds what cannot be used: {'; '.join(wrong)}.",
                "The defaults are used instead; choose again in the settings.",
            )
        return settings

    def save(self, settings: Settings) -> None:
        """Write the settings over what was read, so that keys of other versions stay. Raises UserError."""
        if self._read is None:
            self.load()
        merged = _overlaid(self._read or {}, dataclasses.asdict(settings))
        # Escaped to ASCII: file names that are not valid Unicode come back as they were.
        data = json.dumps(merged, indent=2).encode("ascii") + b"\n"
        make_folder(self.path.parent)
        atomic_write(self.path, data)
        self._read = merged

    def _read_file(self) -> dict[str, Any]:
        try:
            data = self.path.read_bytes()
        except FileNotFoundError:
            return {}
        except OSError as error:
            self.warning = refused("read", self.path, error)
            return {}
        try:
            read = json.loads(data.decode("utf-8"))
            if not isinstance(read, dict):
                raise ValueError("no object at the top")  # noqa: TRY004, TRY301  # one kind of damage like the others
        except (ValueError, RecursionError) as error:
            self._set_aside(error)
            return {}
        return read

    def _set_aside(self, error: Exception) -> None:
        stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
        try:
            place = move_aside(self.path, stamp)
        except UserError as refusal:
            self.warning = refusal
            return
        self.warning = UserError(
            f"{self.path} is damaged ({error}); it lies now at {place}.", "The defaults are used; choose again."
        )


def _fill(target: Any, read: dict[str, Any], prefix: str, wrong: list[str]) -> None:  # noqa: ANN401  # any section
    """Take over the values that fit the fields of a dataclass instance; name the others in `wrong`."""
    for known in dataclasses.fields(target):
        if known.name not in read:
            continue
        name, value, default = prefix + known.name, read[known.name], getattr(target, known.name)
        if dataclasses.is_dataclass(default):
            if isinstance(value, dict):
                _fill(default, value, name + ".", wrong)
            else:
                wrong.append(f"{name} is not a group of settings")
            continue
        problem = _problem(value, default, known.metadata)
        if problem:
            wrong.append(f"{name} {problem}")
        else:
            setattr(target, known.name, float(value) if isinstance(default, float) else value)


def _problem(value: object, default: object, metadata: Any) -> str:  # noqa: ANN401  # a mappingproxy
    """Say why a value read from the file does not fit where `default` stands; nothing if it does."""
    shown = json.dumps(value)[:40]
    match default:
        case bool():
            return "" if isinstance(value, bool) else f"is {shown}, not true or false"
        case int() | float():
            kinds = (int, float) if isinstance(default, float) else (int,)
            if isinstance(value, bool) or not isinstance(value, kinds):
                return f"is {shown}, not a {'whole ' if isinstance(default, int) else ''}number"
            low, high = metadata.get("limits", (0, float("inf")))
            return "" if low <= value <= high else f"is {shown}, not from {low:g} to {high:g}"
        case str():
            allowed = metadata.get("choices")
            if not isinstance(value, str) or (allowed and value not in allowed):
                return f"is {shown}, not {', '.join(allowed) if allowed else 'text'}"
        case list():
            if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
                return "is not a list of texts"
        case dict():
            kind = metadata.get("values", str | int | float | bool)
            if not isinstance(value, dict) or not all(isinstance(item, kind) for item in value.values()):
                return "is not a table of single values"
    return ""


def _overlaid(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    """Put the values we know over what the file held; groups of settings are gone through, tables are replaced."""
    merged = dict(below)
    for key, value in above.items():
        old = below.get(key)
        is_group = key in {"suggestions", "appearance"}
        merged[key] = _overlaid(old, value) if is_group and isinstance(old, dict) else value
    return merged
