"""Hands and eyes for the tour: key events, pictures, and waiting for signals instead of for time to pass."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import QEventLoop, Qt, QTimer, SignalInstance
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from writer_app.app.composition import Parts
from writer_app.errors import UserError
from writer_app.suggest.worker import Answer, LoadedModel
from writer_app.ui.document_session import Leave

_FOLDERS = {
    "HOME": "",
    "XDG_CONFIG_HOME": "config",
    "XDG_DATA_HOME": "data",
    "XDG_STATE_HOME": "state",
    "XDG_CACHE_HOME": "cache",
}
_EXPORT_SECONDS = 60


@contextmanager
def own_folders(home: Path) -> Iterator[None]:
    """Let the user's folders lie in `home` for a while."""
    before = {name: os.environ.get(name) for name in _FOLDERS}
    os.environ.update({name: str(home / folder) for name, folder in _FOLDERS.items()})
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


class Answers:
    """Answers what the window asks, as the script says."""

    def __init__(self) -> None:
        self.next_path: Path | None = None

    def leave(self, name: str) -> Leave:  # noqa: ARG002  # the window says whose changes
        """Stay."""
        return Leave.CANCEL

    def save_path(self, suggested: Path) -> Path | None:  # noqa: ARG002  # the script knows better
        """Give the path that the script has set."""
        return self.next_path

    def open_path(self, folder: Path) -> Path | None:  # noqa: ARG002
        """Give the path that the script has set."""
        return self.next_path

    def export_path(self, suggested: Path, kind: str) -> Path | None:  # noqa: ARG002
        """Give the path that the script has set."""
        return self.next_path


class Stage:
    """Presses keys in the window and waits for what comes of it."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._window = parts.window
        self._editor = parts.window.editor
        self._loaded: LoadedModel | None = None
        self._refused: UserError | None = None
        self._final = -1  # the revision whose last answer has come
        parts.service.model_loaded.connect(self._note_loaded)
        parts.service.model_failed.connect(self._note_refused)
        parts.service.answered.connect(self._note_answer)

    def model(self, seconds: float) -> str:
        """Wait until the model is loaded, and give its name. Raises UserError if it is not."""
        service = self._parts.service
        self._wait(lambda: bool(self._loaded or self._refused), seconds, service.model_loaded, service.model_failed)
        if self._refused is not None:
            raise self._refused
        if self._loaded is None:
            raise UserError(f"The tour stopped: the model was not loaded within {seconds:.0f} s.")
        QApplication.processEvents()
        return self._loaded.name

    def ghost(self, seconds: float) -> bool:
        """Wait for all of a suggestion to be on screen; False if there is nothing to suggest."""
        answered = self._parts.service.answered
        self._wait(lambda: self._final >= self._editor.revision, seconds, answered, self._editor.ghost_changed)
        QApplication.processEvents()
        return bool(self._editor.ghost_text())

    def write(self, text: str) -> None:
        """Type with key events, one after the other, the window living on in between."""
        self._editor.setFocus()
        for character in text:
            if character == "\n":
                QTest.keyClick(self._editor, Qt.Key.Key_Return)
            else:
                QTest.keyClicks(self._editor, character)
            QApplication.processEvents()

    def press(
        self,
        key: Qt.Key,
        modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
        *,
        widget: QWidget | None = None,
    ) -> None:
        """Press a key in the editor, or in another widget."""
        QTest.keyClick(widget or self._editor, key, modifier)
        QApplication.processEvents()

    def export(self, kind: str) -> None:
        """Choose an export from the menu and wait until it is written or refused."""
        exporter = self._window.exporter
        done: list[object] = []
        exporter.exported.connect(done.append)
        exporter.refused.connect(done.append)
        self._window.actions_by_id[f"export_{kind}"].trigger()
        self._wait(lambda: bool(done), _EXPORT_SECONDS, exporter.exported, exporter.refused)
        exporter.exported.disconnect(done.append)
        exporter.refused.disconnect(done.append)

    def picture(self, path: Path) -> bool:
        """Take a picture of the window."""
        QApplication.processEvents()
        return self._window.grab().save(str(path))

    def _note_loaded(self, model: LoadedModel) -> None:
        self._loaded = model

    def _note_refused(self, error: UserError) -> None:
        self._refused = error

    def _note_answer(self, answer: Answer) -> None:
        if answer.final:
            self._final = answer.revision

    def _wait(self, condition: Callable[[], bool], seconds: float, *signals: SignalInstance) -> None:
        """Let the app live until the condition holds, looking again at each of the signals; not longer than so long."""
        if condition():
            return
        loop = QEventLoop()

        def look() -> None:
            if condition():
                loop.quit()

        for signal in signals:
            signal.connect(look, Qt.ConnectionType.QueuedConnection)
        QTimer.singleShot(round(1000 * seconds), loop.quit)
        loop.exec()
        for signal in signals:
            signal.disconnect(look)
