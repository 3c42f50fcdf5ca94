"""The text that a suggestion is asked for: enough of it, never all, and starting at the same place as long as it can."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtGui import QTextCursor, QTextDocument
from PySide6.QtWidgets import QPlainTextDocumentLayout

from writer_app.ui.context_window import AFTER_JUMP, LEAST_BEFORE, MOST_AFTER, MOST_BEFORE, ContextWindow

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


def document_of(text: str) -> QTextDocument:
    document = QTextDocument()
    document.setDocumentLayout(QPlainTextDocumentLayout(document))  # without a layout a document tells of no change
    document.setPlainText(text)
    return document


def write(document: QTextDocument, position: int, text: str) -> None:
    cursor = QTextCursor(document)
    cursor.setPosition(position)
    cursor.insertText(text)


def test_a_short_text_is_given_whole(qtbot: QtBot) -> None:
    window = ContextWindow(document_of("One.\n\nTwo, three"))

    assert (window.before(10), window.after(10)) == ("One.\n\nTwo,", " three")


def test_the_start_stays_while_the_writer_goes_on_and_jumps_to_a_paragraph_when_it_must(qtbot: QtBot) -> None:
    paragraph = "A line of the story that goes on. " * 10
    document = document_of("")
    window = ContextWindow(document)
    starts, whole, lengths = [], "", []
    for _ in range(120):
        write(document, len(whole), paragraph + "\n")
        whole += paragraph + "\n"
        before = window.before(len(whole))
        assert whole.endswith(before)
        starts.append(len(whole) - len(before))
        lengths.append(len(before))

    assert max(lengths) <= MOST_BEFORE
    assert starts == sorted(starts)
    assert len(set(starts)) <= 1 + len(whole) // (MOST_BEFORE - AFTER_JUMP - 2 * len(paragraph))
    assert all(start % (len(paragraph) + 1) == 0 for start in starts)
    jumps = [length for start, length, last in zip(starts[1:], lengths[1:], starts, strict=False) if start != last]
    assert all(AFTER_JUMP <= length <= AFTER_JUMP + len(paragraph) + 1 for length in jumps)


def test_the_start_stays_at_its_text_when_something_is_changed_before_it(qtbot: QtBot) -> None:
    document = document_of("0123456789\n" * 3000)
    window = ContextWindow(document)
    first = window.before(30_000)

    write(document, 5, "inserted\n" * 10)

    assert window.before(30_090) == first


def test_cutting_across_the_start_opens_the_window_again(qtbot: QtBot) -> None:
    document = document_of("0123456789\n" * 3000)
    window = ContextWindow(document)
    window.before(30_000)
    cursor = QTextCursor(document)
    cursor.setPosition(100)
    cursor.setPosition(29_000, QTextCursor.MoveMode.KeepAnchor)
    cursor.removeSelectedText()

    assert window.before(1_100) == document.toPlainText()[:1_100]


def test_going_back_in_the_text_gives_enough_of_it(qtbot: QtBot) -> None:
    text = "0123456789\n" * 3000
    window = ContextWindow(document_of(text))
    window.before(30_000)

    for position in (24_100, 12_000, 3_000, 0):
        before = window.before(position)
        assert text[:position].endswith(before)
        assert len(before) >= min(position, LEAST_BEFORE)


def test_a_paragraph_longer_than_the_window_is_cut_at_a_word(qtbot: QtBot) -> None:
    text = "word " * 10_000
    window = ContextWindow(document_of(text))

    before = window.before(len(text))

    assert AFTER_JUMP - 10 <= len(before) <= MOST_BEFORE
    assert before.startswith("word ")


@pytest.mark.parametrize("position", [MOST_BEFORE, 20_001])
def test_pairs_of_surrogates_are_not_cut(qtbot: QtBot, position: int) -> None:
    window = ContextWindow(document_of("😀" * 20_000))

    assert set(window.before(position // 2 * 2)) == {"😀"}
    assert set(window.after(position // 2 * 2)) == {"😀"}


def test_no_more_than_a_page_after_the_cursor(qtbot: QtBot) -> None:
    window = ContextWindow(document_of("x" * 5000))

    assert len(window.after(10)) == MOST_AFTER
