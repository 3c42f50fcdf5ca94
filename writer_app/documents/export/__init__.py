"""Drafts as files for others: Markdown, plain text, HTML, Word (docx) and PDF.

`export_text` takes what is in the editor, `export_file` a file. Both write the target whole or not at all and return
notes for the user. The writers are loaded when they are asked for: docx and PDF bring large libraries along.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from writer_app.documents.export.manuscript import Manuscript, Rendered, manuscript
from writer_app.documents.files import atomic_write, read_text
from writer_app.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

# Name of the format -> what people call it, in the order of menus.
FORMATS: dict[str, str] = {
    "docx": "Word document",
    "pdf": "PDF",
    "html": "Web page",
    "md": "Markdown",
    "txt": "Plain text",
}
_SUFFIXES = {"htm": "html", "markdown": "md", "text": "txt"}
_WRITERS = {"docx": "docx", "pdf": "pdf", "html": "html", "md": "markdown", "txt": "plain_text"}
_SOURCES = {"md", "txt"}  # formats in which control characters stay what they are


def format_of(target: Path, fmt: str | None = None) -> str:
    """Return the format that is asked for, by name or by the target's suffix. Raises UserError for another one."""
    wanted = (fmt or target.suffix.lstrip(".")).lower()
    found = _SUFFIXES.get(wanted, wanted)
    if found not in FORMATS:
        what = f"“{wanted}” is no format that drafts are exported to" if wanted else f"{target} has no suffix"
        raise UserError(f"{what}.", f"Choose one of {', '.join(FORMATS)}.")
    return found


def export_file(source: Path, target: Path, fmt: str | None = None, author: str = "") -> tuple[str, ...]:
    """Export a draft on disk, and return notes. Raises UserError; the target is as it was then."""
    chosen = format_of(target, fmt)
    if source.exists() and target.exists() and source.samefile(target):
        raise UserError(f"{target} is the draft itself.", "Export under another name.")
    draft = read_text(source)
    return (*draft.notes, *export_text(draft.text, target, chosen, author=author, fallback_title=source.stem))


def export_text(
    text: str,
    target: Path,
    fmt: str | None = None,
    title: str = "",
    author: str = "",
    *,
    fallback_title: str = "",
) -> tuple[str, ...]:
    """Export a text, and return notes: what was left out, or cannot be shown. Raises UserError.

    The title goes into the file's properties, not on the page: `title`, else the first heading of level 1, else
    `fallback_title`, else the target's name.
    """
    chosen = format_of(target, fmt)
    draft = manuscript(text, title, author, printable=chosen not in _SOURCES)
    if not draft.title:
        draft = manuscript(text, fallback_title or target.stem, author, printable=chosen not in _SOURCES)
    render: Callable[[Manuscript], Rendered] = import_module(f"{__name__}.{_WRITERS[chosen]}").render
    rendered = render(draft)
    atomic_write(target, rendered.data)
    return (*draft.notes, *rendered.notes)
