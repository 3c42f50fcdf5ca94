"""The one box that waits for an answer, answered with keys."""

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QMessageBox
from pytestqt.qtbot import QtBot

from writer_app.ui.dialogs import Boxes
from writer_app.ui.document_session import Leave


@pytest.mark.parametrize(
    ("keys", "answer"),
    [
        ([Qt.Key.Key_Return], Leave.SAVE),
        ([Qt.Key.Key_Escape], Leave.CANCEL),
        ([Qt.Key.Key_Tab, Qt.Key.Key_Space], Leave.DISCARD),
    ],
)
def test_the_question_about_unsaved_work_is_answered_by_keys(qtbot: QtBot, keys: list[Qt.Key], answer: Leave) -> None:
    said: list[str] = []

    def reply() -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        said.append(box.text())
        if answer is Leave.DISCARD:
            next(button for button in box.buttons() if button.text() == "Discard").setFocus()
            keys.remove(Qt.Key.Key_Tab)
        for key in keys:
            qtbot.keyClick(box.focusWidget() or box, key)

    QTimer.singleShot(0, reply)

    assert Boxes().leave("story.md") is answer
    assert said == ["Save the changes to story.md?"]
