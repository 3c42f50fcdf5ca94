"""The Markdown that a story needs: headings, paragraphs, scene breaks, emphasis; read into blocks and spans.

Everything else (lists, links, tables, HTML) stays as it was typed, because in a story "- Never," is speech and "1916."
a year. Blocks are split here; what stands inside a line is read by markdown-it.

A single line end is ambiguous. Where a draft parts its paragraphs by blank lines, it is a line break that the writer
wants to keep, as in verse, unless the paragraph was wrapped at a column by a tool; where it has none, and more often
than not several lines stand together, every line is a paragraph.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markdown_it.token import Token

_HEADING = re.compile(r" {0,3}(#{1,6})[ \t]+(.*?)(?:[ \t]+#+)?[ \t]*")
_SCENE_BREAK = re.compile(r"[ \t]*(?:([*\-_])(?:[ \t]*\1){2,}|#(?:[ \t]+#)*|⁂)[ \t]*")
_HARD_BREAK = re.compile(r"(?: {2,}|\\)$")
_WRAPPED_WIDTHS = range(50, 101)  # columns at which editors and mail programs wrap
_LONGEST_WORD = 25  # Chinese has no spaces to wrap at: what looks like a longer word is a line of it
# Line separators of word processors, old and new -> what they mean.
_BREAKS = str.maketrans({"\v": "\n", "\x85": "\n", "\u2028": "\n", "\f": "\n\n", "\u2029": "\n\n"})
_INDENT = " \t\u3000"
_INLINE = MarkdownIt("zero").enable(["emphasis", "escape", "newline", "backticks", "entity"])


@dataclass(frozen=True)
class Span:
    r"""A stretch of text in one manner. A \n in it is a line break inside the paragraph."""

    text: str
    bold: bool = False
    italic: bool = False
    code: bool = False


@dataclass(frozen=True)
class Heading:
    """A heading of level 1 to 6."""

    level: int
    spans: tuple[Span, ...]


@dataclass(frozen=True)
class Paragraph:
    """A paragraph; `spans` is never empty."""

    spans: tuple[Span, ...]


@dataclass(frozen=True)
class SceneBreak:
    """Time passes, or the place changes."""


Block = Heading | Paragraph | SceneBreak


@dataclass(frozen=True)
class Document:
    """A draft as blocks."""

    blocks: tuple[Block, ...]

    @property
    def title(self) -> str:
        """The text of the first heading of level 1, or nothing."""
        for block in self.blocks:
            if isinstance(block, Heading) and block.level == 1:
                return " ".join(plain(block.spans).split())
        return ""

    @property
    def has_title_page_heading(self) -> bool:
        """Whether the draft begins with its only heading of level 1: the title then, and not the first chapter."""
        levels = [block.level for block in self.blocks if isinstance(block, Heading)]
        return levels.count(1) == 1 and isinstance(self.blocks[0], Heading) and self.blocks[0].level == 1


def parse(text: str) -> Document:
    """Read a draft. Any text is one; nothing is refused."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").translate(_BREAKS).split("\n")
    groups = list(_groups(lines))
    one_per_line = _is_one_per_line(groups)
    blocks: list[Block] = []
    for group in groups:
        if not isinstance(group, list):
            blocks.append(group)
        elif one_per_line:
            blocks += [Paragraph(spans) for line in group if (spans := inline(line.strip(_INDENT)))]
        elif spans := inline(_joined(group)):
            blocks.append(Paragraph(spans))
    return Document(tuple(blocks))


def is_scene_break(line: str) -> bool:
    """Say whether a line stands for a scene break: ***, * * *, ---, a lone #, ⁂."""
    return _SCENE_BREAK.fullmatch(line) is not None


def is_verse(block: Block) -> bool:
    """Say whether a paragraph holds line breaks that its writer wants to see."""
    return isinstance(block, Paragraph) and any("\n" in span.text for span in block.spans)


def plain(spans: Sequence[Span]) -> str:
    """Return the words without their marks."""
    return "".join(span.text for span in spans)


def inline(source: str) -> tuple[Span, ...]:
    r"""Read emphasis, code, escapes and entities; each \n in `source` becomes one in the spans."""
    tokens = _INLINE.parseInline(source)[0].children or []
    return _merged(_spans(tokens))


def _groups(lines: Sequence[str]) -> Iterator[list[str] | Heading | SceneBreak]:
    """Part a draft into headings, scene breaks and groups of lines that no blank line interrupts."""
    group: list[str] = []
    for line in [*lines, ""]:
        heading = _HEADING.fullmatch(line)
        if line.strip() and not is_scene_break(line) and not (heading and heading[2]):
            group.append(line)
            continue
        if group:
            yield group
            group = []
        if is_scene_break(line):
            yield SceneBreak()
        elif heading and heading[2]:
            yield Heading(len(heading[1]), inline(heading[2]))


def _is_one_per_line(groups: Sequence[list[str] | Heading | SceneBreak]) -> bool:
    """Say whether the draft parts its paragraphs by line ends alone."""
    if any(isinstance(one, list) and isinstance(other, list) for one, other in pairwise(groups)):
        return False  # a blank line between two paragraphs
    paragraphs = [group for group in groups if isinstance(group, list)]
    several = sum(1 for group in paragraphs if len(group) > 1)
    return 2 * several >= len(paragraphs) and not any(_is_wrapped(group) for group in paragraphs)


def _joined(lines: Sequence[str]) -> str:
    """Make one text of a paragraph's lines: a space where a tool wrapped it, else a line break."""
    between = " " if _is_wrapped(lines) else "\n"
    joined = ""
    for line in lines:
        hard = _HARD_BREAK.search(line)
        joined += (line[: hard.start()] if hard else line.rstrip(_INDENT)).lstrip(_INDENT)
        joined += "\n" if hard else between
    return joined.rstrip("\n ")


def _is_wrapped(lines: Sequence[str]) -> bool:
    """Say whether every line but the last ends where the next word would not have fitted any more."""
    width = max(len(line) for line in lines)
    if len(lines) == 1 or width not in _WRAPPED_WIDTHS or not all(" " in line for line in lines[:-1]):
        return False
    words = [line.split()[0] for line in lines]
    return all(
        len(line) + 1 + len(word) > width and len(word) <= _LONGEST_WORD
        for line, word in zip(lines[:-1], words[1:], strict=True)
    )


def _spans(tokens: Sequence[Token]) -> Iterator[Span]:
    bold = italic = 0
    for token in tokens:
        match token.type:
            case "strong_open":
                bold += 1
            case "strong_close":
                bold -= 1
            case "em_open":
                italic += 1
            case "em_close":
                italic -= 1
            case "softbreak" | "hardbreak":
                yield Span("\n", bold > 0, italic > 0)
            case _:
                yield Span(token.content, bold > 0, italic > 0, code=token.type == "code_inline")


def _merged(spans: Iterator[Span]) -> tuple[Span, ...]:
    merged: list[Span] = []
    for span in spans:
        if not span.text:
            continue
        last = merged[-1] if merged else None
        if last and (last.bold, last.italic, last.code) == (span.bold, span.italic, span.code):
            merged[-1] = Span(last.text + span.text, span.bold, span.italic, span.code)
        else:
            merged.append(span)
    return tuple(merged)
