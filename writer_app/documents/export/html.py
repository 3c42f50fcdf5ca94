"""HTML: one file that needs no other, readable on a telephone and on paper, in light and dark."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from writer_app.documents.export.language import RIGHT_TO_LEFT, UNKNOWN
from writer_app.documents.export.manuscript import Rendered
from writer_app.documents.markup import Block, Heading, SceneBreak, Span, is_verse

if TYPE_CHECKING:
    from collections.abc import Sequence

    from writer_app.documents.export.manuscript import Manuscript

_STYLE = """\
:root { color-scheme: light dark; }
body { margin: 0; background: #fbfaf7; color: #22211e; }
article { max-width: 34em; margin: 0 auto; padding: 3em 1.5em 5em; line-height: 1.55; hyphens: auto;
  font-family: "Noto Serif", "Noto Serif CJK SC", Georgia, "Times New Roman", serif; overflow-wrap: break-word; }
h1, h2, h3, h4, h5, h6 { font-weight: normal; line-height: 1.25; margin: 2em 0 1em; break-after: avoid; }
h1 { font-size: 1.9em; margin-top: 1em; } h2 { font-size: 1.4em; } h3 { font-size: 1.15em; font-style: italic; }
h4, h5, h6 { font-size: 1em; font-style: italic; }
p { margin: 0; text-indent: 1.5em; orphans: 2; widows: 2; }
h1 + p, h2 + p, h3 + p, h4 + p, h5 + p, h6 + p, hr + p, p:first-child { text-indent: 0; }
p.verse { text-indent: 0; padding-inline-start: 1.5em; }
hr { border: 0; margin: 1.5em 0; text-align: center; } hr::before { content: "* * *"; }
@media (prefers-color-scheme: dark) { body { background: #1f2120; color: #e4e1da; } }
@media print { body { background: none; color: black; } article { padding: 0; } }
"""


def render(manuscript: Manuscript) -> Rendered:
    """Return a whole HTML document."""
    language = "" if manuscript.language == UNKNOWN else manuscript.language  # HTML says unknown by an empty one
    direction = ' dir="rtl"' if language in RIGHT_TO_LEFT else ""
    author = f'<meta name="author" content="{escape(manuscript.author)}">\n' if manuscript.author else ""
    body = "\n".join(_block(block) for block in manuscript.document.blocks)
    page = (
        "<!DOCTYPE html>\n"
        f'<html lang="{language}"{direction}>\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<title>{escape(manuscript.title)}</title>\n{author}<meta name="generator" content="Writer App">\n'
        f"<style>\n{_STYLE}</style>\n</head>\n<body>\n<article>\n{body}\n</article>\n</body>\n</html>\n"
    )
    return Rendered(page.encode("utf-8"))


def _block(block: Block) -> str:
    if isinstance(block, SceneBreak):
        return "<hr>"
    tag = f"h{block.level}" if isinstance(block, Heading) else "p"
    opening = f'{tag} class="verse"' if is_verse(block) else tag
    return f"<{opening}>{_inline(block.spans)}</{tag}>"


def _inline(spans: Sequence[Span]) -> str:
    return "".join(_span(span) for span in spans)


def _span(span: Span) -> str:
    marked = escape(span.text, quote=False).replace("\n", "<br>\n")
    if span.code:
        marked = f"<code>{marked}</code>"
    if span.italic:
        marked = f"<em>{marked}</em>"
    if span.bold:
        marked = f"<strong>{marked}</strong>"
    return marked
