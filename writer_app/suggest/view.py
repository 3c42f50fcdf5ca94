"""The typographic view: the draft as the models were trained to read it, and suggestions back in the draft's own style.

Models know straight quotes, "...", em dashes without spaces and plain paragraphs. Drafts have curly quotes, other
dashes, headings, emphasis marks and scene breaks. `read` maps the draft before the cursor to the first, `Style.write`
maps a suggestion to the second.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

_SINGLE_QUOTES = str.maketrans({"\u2018": "'", "\u2019": "'", "\u201a": "'", "\u201b": "'", "\u02bc": "'"})
_DOUBLE_QUOTES = str.maketrans(
    {"\u201c": '"', "\u201d": '"', "\u201e": '"', "\u201f": '"', "\u00ab": '"', "\u00bb": '"'}
)
_SPACES = str.maketrans(dict.fromkeys("\u00a0\u2007\u2009\u200a\u202f\t", " "))
_HIDDEN = dict.fromkeys(map(ord, "\u00ad\u200b\u2060\ufeff"))
_DASH = re.compile(r"(?<=\S) *(?:—|―| –(?= |$)| --(?= |$)|--) ?(?=\S|$)")
_HEADING_OR_BREAK = re.compile(r"(?:#{1,6}(?: .*)?|[ ]*(?:[*\-_#~•⁂][ ]*)+|=+)")
_OPENING_EMPHASIS = re.compile(r"(?<![\w*_])[*_]{1,3}(?=\S|$)")
_CLOSING_EMPHASIS = re.compile(r"(?<=[^\s*_])[*_]{1,3}(?![\w*_])")
_TWO_HYPHENS = re.compile("(?<!-)--(?!-)")  # three are a scene break
_SPACE_RUN = re.compile(" {2,}")


@dataclass(frozen=True)
class Style:
    """How a draft is typeset."""

    curly_quotes: bool = False
    ellipsis: bool = False  # one character instead of three dots
    dash: str = "—"  # with its spaces

    def write(self, suggestion: str, before: str) -> str:
        """`suggestion`, in the view's typography, as it should stand in the draft after `before` (the draft's own text)."""
        text = suggestion.replace("—", self.dash)
        if self.dash.startswith(" ") and before.endswith(" ") and text.startswith(" "):
            text = text[1:]
        if before.endswith(("–", "—", "--")) and self.dash.endswith(" ") and text[:1].isalnum():
            text = " " + text
        if self.ellipsis:
            text = text.replace("...", "…")
        if self.curly_quotes:
            text = _curled(text, before[-1:])
        return text


def _curled(text: str, previous: str) -> str:
    curled = []
    for character in text:
        opens = not previous or previous.isspace() or previous in "([{—–-“‘"
        if character == '"':
            character = "“" if opens else "”"  # noqa: PLW2901 - the loop is about this character
        elif character == "'":
            character = "‘" if opens else "’"  # noqa: PLW2901
        curled.append(character)
        previous = character
    return "".join(curled)


def style_of(text: str) -> Style:
    """The draft's typography, as far as `text` shows it; what does not occur keeps the default."""
    curly = sum(text.count(mark) for mark in "“”‘’")
    straight = text.count('"') + text.count("'")
    dashes = {dash: text.count(dash) for dash in (" — ", " – ", " -- ")}
    dashes["--"] = len(_TWO_HYPHENS.findall(text)) - dashes[" -- "]
    dashes["—"] = text.count("—") - dashes[" — "]
    dash = max(dashes, key=lambda key: (dashes[key], key == "—"))
    return Style(curly_quotes=curly > straight, ellipsis=text.count("…") > text.count("..."), dash=dash)


def read(text: str) -> str:
    """The draft `text` before the cursor, as the model reads it. Its end is kept: what is being typed stays as typed.

    Headings and scene breaks go, one empty line separates paragraphs, quotes are straight, dashes stand without spaces.
    """
    *finished, last = text.split("\n")
    paragraphs = [paragraph for line in finished if (paragraph := _finished_line(line))]
    return "\n\n".join([*paragraphs, _unfinished_line(last)])


@lru_cache(maxsize=8192)  # a draft's lines are asked for at every key
def _finished_line(line: str) -> str:
    """A line as the model reads it; "" for headings, scene breaks and empty lines."""
    plain = _straight(line).strip()
    return "" if _HEADING_OR_BREAK.fullmatch(plain) else _without_marks(plain)


def _unfinished_line(line: str) -> str:
    """The line under the cursor: a mark that may become a scene break or the start of a word stays silent."""
    plain = _straight(line).lstrip()
    if plain.startswith("#") or (len(plain) > 1 and _HEADING_OR_BREAK.fullmatch(plain)):
        return ""
    return _without_marks(plain)


def _straight(line: str) -> str:
    plain = line.translate(_HIDDEN).translate(_SPACES).translate(_SINGLE_QUOTES).translate(_DOUBLE_QUOTES)
    return plain.replace("…", "...")


def _without_marks(line: str) -> str:
    bare = _CLOSING_EMPHASIS.sub("", _OPENING_EMPHASIS.sub("", line))
    return _SPACE_RUN.sub(" ", _DASH.sub("—", bare))


def in_heading(before: str) -> bool:
    """Whether the cursor stands in a heading or scene break, where nothing is suggested."""
    line = before.rsplit("\n", 1)[-1].lstrip()
    return bool(re.match(r"#{1,6}(?: |$)", line)) or (len(line) > 1 and _HEADING_OR_BREAK.fullmatch(line) is not None)
