import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtGui import QTextCursor, QTextDocument
from PySide6.QtWidgets import QPlainTextDocumentLayout
from pytestqt.qtbot import QtBot

from writer_app.ui.word_count import WordCounter, count_words


def document_of(text: str) -> QTextDocument:
    document = QTextDocument(text)
    document.setDocumentLayout(QPlainTextDocumentLayout(document))  # without one, changes are not told
    return document


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", 0),
        ("One two three.", 3),
        ("It's a well-known ’tis", 4),
        ("# Chapter *One* — and **on**", 4),
        ("* * *", 0),
        ("_so_ it is", 3),
        ("naïve Ærøskøbing 3.5 ft", 5),
        ("他走了。", 3),
        ("OK 他 said", 3),
    ],
)
def test_words_are_counted_as_a_reader_would(text: str, words: int) -> None:
    assert count_words(text) == words


def test_the_counter_counts_what_is_there_already(qtbot: QtBot) -> None:
    document = document_of("three words here")

    assert WordCounter(document).words == 3


EDITS = st.lists(
    st.tuples(st.integers(0, 60), st.integers(0, 12), st.sampled_from(["", "a", " ", "\n", "two words", "a\n\nb c"]))
)


@given(start=st.sampled_from(["", "one two\nthree\n\nfour five six"]), edits=EDITS, undone=st.integers(0, 3))
def test_the_running_count_is_that_of_the_whole_text(
    qapp: object, start: str, edits: list[tuple[int, int, str]], undone: int
) -> None:
    document = document_of(start)
    counter = WordCounter(document)

    for position, removed, inserted in edits:
        cursor = QTextCursor(document)
        last = document.characterCount() - 1
        cursor.setPosition(min(position, last))
        cursor.setPosition(min(position + removed, last), QTextCursor.MoveMode.KeepAnchor)
        cursor.insertText(inserted)
    for _ in range(undone):
        document.undo()

    assert counter.words == count_words(document.toPlainText())


def test_the_counter_says_when_the_count_changes(qtbot: QtBot) -> None:
    document = document_of("one")
    counter = WordCounter(document)

    with qtbot.waitSignal(counter.changed) as heard:
        QTextCursor(document).insertText("two ")

    assert heard.args == [2]
