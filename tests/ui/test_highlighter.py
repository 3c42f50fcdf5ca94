"""Markdown on screen: what slopes, what is bold, what is large, what is quiet; and how far it goes in a long paragraph."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtGui import QColor, QTextDocument, QTextFormat

from writer_app.ui import theme
from writer_app.ui.highlighter import LONGEST_BLOCK, MarkdownHighlighter

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


def styles(text: str, colours: theme.ThemeColours = theme.LIGHT) -> list[tuple[str, str]]:
    """The paragraph in stretches of one style; nothing for plain ones."""
    document = QTextDocument()
    document.setDefaultFont(document.defaultFont())
    highlighter = MarkdownHighlighter(document)
    document.setPlainText(text)
    highlighter.set_colours(colours)
    units = text.encode("utf-16-le")
    found = []
    spans = document.begin().layout().formats()
    for span in spans:
        made = span.format
        names = []
        if made.fontPointSize() > document.defaultFont().pointSizeF():
            names.append("large")
        if made.fontItalic():
            names.append("italic")
        if made.fontWeight() > 600:
            names.append("bold")
        if made.hasProperty(QTextFormat.Property.ForegroundBrush):
            assert made.foreground().color() == QColor(colours.quiet)
            names.append("quiet")
        found.append((units[2 * span.start : 2 * (span.start + span.length)].decode("utf-16-le"), " ".join(names)))
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain text", []),
        ("an *easy* one", [("*", "italic quiet"), ("easy", "italic"), ("*", "italic quiet")]),
        ("a **strong** one", [("**", "bold quiet"), ("strong", "bold"), ("**", "bold quiet")]),
        ("***both***", [("***", "italic bold quiet"), ("both", "italic bold"), ("***", "italic bold quiet")]),
        ("an _easy_ one", [("_", "italic quiet"), ("easy", "italic"), ("_", "italic quiet")]),
        ("snake_case_name and 3 * 4 * 5", []),
        (r"no \*emphasis\* here", []),
        ("open *star", []),
        ("😀 *so*", [("*", "italic quiet"), ("so", "italic"), ("*", "italic quiet")]),
        ("# One", [("#", "large quiet"), (" One", "large")]),
        ("### Three", [("###", "large quiet"), (" Three", "large")]),
        ("#### Four", [("####", "bold quiet"), (" Four", "bold")]),
        ("#nothing", []),
        ("***", [("***", "quiet")]),
        ("* * *", [("* * *", "quiet")]),
        ("---", [("---", "quiet")]),
        ("#", [("#", "quiet")]),
        ("⁂", [("⁂", "quiet")]),
    ],
)
def test_marks_are_seen(qtbot: QtBot, text: str, expected: list[tuple[str, str]]) -> None:
    assert styles(text) == expected


def test_emphasis_in_a_heading_and_in_emphasis_is_both(qtbot: QtBot) -> None:
    assert ("word", "large italic") in styles("# A *word* here")
    assert ("word", "italic bold") in styles("**a *word* here**")


def test_marks_follow_the_theme(qtbot: QtBot) -> None:
    assert styles("*so*", theme.DARK)[1] == ("so", "italic")


def test_the_text_is_left_as_it_is(qtbot: QtBot) -> None:
    document = QTextDocument()
    MarkdownHighlighter(document)

    document.setPlainText("# *A*\n***")

    assert document.toPlainText() == "# *A*\n***"
    assert document.begin().textFormats()[0].format.fontItalic() is False


def test_a_very_long_paragraph_is_highlighted_at_its_beginning_only(qtbot: QtBot) -> None:
    text = "*so* " + "x" * LONGEST_BLOCK + " *so*"

    found = styles(text)

    assert [piece for piece, _ in found] == ["*", "so", "*"]


def test_a_paragraph_of_nothing_but_stars_comes_to_an_end(qtbot: QtBot) -> None:
    assert styles("a" + " *b" * 5000) == []
