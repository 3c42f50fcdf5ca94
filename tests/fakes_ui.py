"""A writer at an editor, for tests: presses real keys, answers the editor's requests, looks at what is on screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QInputMethodEvent, QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from writer_app.documents.origins import IMPORTED, Kind, Origins
from writer_app.suggest import Suggestion
from writer_app.suggest.worker import Answer, Request
from writer_app.ui.editor import Editor

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget
    from pytestqt.qtbot import QtBot

CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
ALT = Qt.KeyboardModifier.AltModifier
KEY = Qt.Key


def suggestion(text: str, model: str = "fake") -> Suggestion:
    return Suggestion(text, 0.5, (), model)


def answer(revision: int, *texts: str, final: bool = True) -> Answer:
    return Answer(revision, tuple(suggestion(text) for text in texts), 1.0, final)


class Writer:
    """Sits at one editor with `text` in it, cursor at `at` (the end unless said). Asks by hand unless `automatic`."""

    def __init__(
        self,
        qtbot: QtBot,
        text: str = "",
        at: int | None = None,
        *,
        automatic: bool = False,
        window: QWidget | None = None,
    ) -> None:
        self._qtbot = qtbot
        self.editor = Editor(window)
        if window is None:
            qtbot.addWidget(self.editor)
        self.requests: list[Request] = []
        self.ghosts: list[str] = []
        self.editor.suggestion_wanted.connect(self.requests.append)
        self.editor.ghost_changed.connect(self.ghosts.append)
        self.editor.set_automatic(automatic)
        self.editor.set_delay(0)
        self.editor.resize(700, 500)
        self.editor.load(text, Origins.uniform(len(text), IMPORTED))
        self.editor.show()
        self.editor.setFocus()
        self.editor.set_cursor_offset(len(text) if at is None else at)

    def go_to(self, position: int) -> None:
        cursor = self.editor.textCursor()
        cursor.setPosition(position)
        self.editor.setTextCursor(cursor)

    def select(self, start: int, end: int) -> None:
        cursor = self.editor.textCursor()
        cursor.setPosition(start)
        cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        self.editor.setTextCursor(cursor)

    def type(self, text: str) -> None:
        QTest.keyClicks(self.editor, text)

    def press(
        self, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier, times: int = 1
    ) -> None:
        for _ in range(times):
            QTest.keyClick(self.editor, key, modifiers)

    def click(self, point: QPoint, button: Qt.MouseButton = Qt.MouseButton.LeftButton) -> None:
        QTest.mouseClick(self.editor.viewport(), button, Qt.KeyboardModifier.NoModifier, point)

    def compose(self, preedit: str, commit: str = "") -> None:
        event = QInputMethodEvent(preedit, [])
        event.setCommitString(commit)
        QApplication.sendEvent(self.editor, event)

    def let_the_pause_pass(self) -> None:
        """Wait until the editor has asked, or has decided not to."""
        self._qtbot.waitUntil(lambda: not self.editor._pause.isActive())

    def offer(self, *texts: str) -> None:
        """Ask, and answer at once."""
        self.editor.ask_now()
        self.reply(*texts)

    def reply(self, *texts: str, final: bool = True) -> None:
        """Answer the last request."""
        self.editor.show_answer(answer(self.requests[-1].revision, *texts, final=final))

    @property
    def text(self) -> str:
        """What Qt says the text is, which also must agree with what we save."""
        assert self.editor.toPlainText() == self.editor.text()
        return self.editor.text()

    @property
    def ghost(self) -> str:
        """What is on screen: what the editor says, which must agree with what is laid out in the paragraphs."""
        laid_out = []
        block = self.editor.document().begin()
        while block.isValid():
            laid_out.append(block.layout().preeditAreaText())
            block = block.next()
        said = self.editor.ghost_text()
        assert "".join(laid_out).replace("\u2028", "\n") == said
        return said

    @property
    def position(self) -> int:
        return self.editor.textCursor().position()

    @property
    def undo_steps(self) -> int:
        return self.editor.document().availableUndoSteps()

    def kinds(self) -> list[tuple[str, Kind]]:
        """The text in stretches of one kind."""
        text, place, found = self.editor.text(), 0, []
        for run in self.editor.origins().runs:
            found.append((text[place : place + run.length], run.origin.kind))
            place += run.length
        assert place == len(text)
        return found
