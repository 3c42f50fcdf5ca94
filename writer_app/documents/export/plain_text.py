"""Plain text: the words without their marks, a blank line between paragraphs, UTF-8."""

from __future__ import annotations

from typing import TYPE_CHECKING

from writer_app.documents.export.manuscript import SCENE_BREAK, Rendered
from writer_app.documents.markup import Block, SceneBreak, plain

if TYPE_CHECKING:
    from writer_app.documents.export.manuscript import Manuscript


def render(manuscript: Manuscript) -> Rendered:
    """Return the draft without Markdown."""
    blocks = [_text(block) for block in manuscript.document.blocks]
    text = "\n\n".join(blocks) + "\n" if blocks else ""
    return Rendered(text.encode("utf-8"))


def _text(block: Block) -> str:
    return SCENE_BREAK if isinstance(block, SceneBreak) else plain(block.spans)
