"""Markdown: the draft itself, in UTF-8 with Unix line ends and one at its end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from writer_app.documents.export.manuscript import Rendered

if TYPE_CHECKING:
    from writer_app.documents.export.manuscript import Manuscript


def render(manuscript: Manuscript) -> Rendered:
    """Return the draft's source."""
    text = manuscript.text
    if text and not text.endswith("\n"):
        text += "\n"
    return Rendered(text.encode("utf-8"))
