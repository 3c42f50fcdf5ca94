"""What every exporter is given: the draft as blocks, its title, author and language, free of what no format can hold."""

from __future__ import annotations

import re
from dataclasses import dataclass

from writer_app.documents.export.language import guess_language
from writer_app.documents.markup import Document, parse

# What XML 1.0 has no place for (docx, HTML), besides halves of characters.
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")
_HALVES = re.compile(r"[\ud800-\udfff]")
SCENE_BREAK = "* * *"


@dataclass(frozen=True)
class Manuscript:
    """A draft ready to be written. `text` is its source; `notes` tell the user what the file will not hold."""

    text: str
    document: Document
    title: str
    author: str
    language: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rendered:
    """A finished file, and what the user should know about it."""

    data: bytes
    notes: tuple[str, ...] = ()


def manuscript(text: str, title: str, author: str, *, printable: bool) -> Manuscript:
    """Make one of a draft. An empty `title` is taken from its first heading.

    With `printable`, control characters are left out; half a character becomes U+FFFD always. Both are said in notes.
    """
    notes: list[str] = []
    text, halves = _HALVES.subn("\N{REPLACEMENT CHARACTER}", text)
    if halves:
        notes.append(
            f"{_times(halves)} half a character stood in the draft; \N{REPLACEMENT CHARACTER} stands there now."
        )
    if printable:
        text = text.translate({0x0B: "\n", 0x0C: "\n\n"})  # a line and a page that were ended
        text, controls = _UNPRINTABLE.subn("", text)
        if controls:
            notes.append(f"{_times(controls)} a control character stood in the draft; this format leaves it out.")
    document = parse(text)
    title = _HALVES.sub("", _UNPRINTABLE.sub("", title)) or document.title
    author = _HALVES.sub("", _UNPRINTABLE.sub("", author))
    return Manuscript(text, document, title, author, guess_language(text), tuple(notes))


def _times(count: int) -> str:
    return "Once," if count == 1 else f"{count:,} times,"
