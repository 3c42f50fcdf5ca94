"""The scripted tour: the real app, driven by key events, on a machine without a display.

It opens the sample story, types, takes suggestions of the real model, changes a setting, saves and exports; it prints
what happened and leaves screenshots, exports and `tour.json`. `Tour` is the script, `tour_stage` the hands and eyes.
"""

import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from shutil import copyfile

from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QApplication

from writer_app import paths
from writer_app.app.composition import Parts, compose, prepare
from writer_app.app.tour_stage import Answers, Stage, own_folders
from writer_app.documents.files import atomic_write
from writer_app.durable import make_folder
from writer_app.errors import UserError
from writer_app.models import DEFAULT_MODEL, find_model
from writer_app.suggest.worker import Opener, open_suggester

# What is typed until a suggestion of at least two words stands on screen: one piece after the other.
PIECES = (
    "\nThe boat touched. Nobody spoke. The man put out his",
    " hand and waited for the",
    " rope to be thrown. There was",
    " no",
)
DARING = 0.6
PAGE_SIZE = (1280, 820)
_MODEL_SECONDS = 180
_GHOST_SECONDS = 60
_CURSOR_AT = 0.6  # how far down a picture the line that is written stands, as a share of the page


def run_tour(output: Path, opener: Opener = open_suggester) -> int:
    """Go through the tour and leave its traces in `output`; return the exit code."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    try:
        make_folder(output)
        with tempfile.TemporaryDirectory(prefix="writer-app-tour-") as home, own_folders(Path(home)):
            _play(output.absolute(), opener)
    except UserError as error:
        print(f"writer-app: {error}", file=sys.stderr)
        return 1
    return 0


def _play(output: Path, opener: Opener) -> None:
    if opener is open_suggester:
        find_model(DEFAULT_MODEL)  # says at once what is missing
    app = QApplication.instance() or QApplication(["writer-app"])
    assert isinstance(app, QApplication)
    prepare(app)
    answers = Answers()
    parts = compose(app, dialogs=answers, opener=opener)
    try:
        Tour(parts, answers, output).run()
    finally:
        parts.window.editor.document().setModified(False)
        parts.window.close()
        parts.service.stop(1000 * _MODEL_SECONDS)  # a tour may wait for an import, a window must not
        parts.shut_down()


class Tour:
    """The script."""

    def __init__(self, parts: Parts, answers: Answers, output: Path) -> None:
        self._parts = parts
        self._window = parts.window
        self._editor = parts.window.editor
        self._answers = answers
        self._output = output
        self._stage = Stage(parts)
        self._model = ""
        self._steps: list[dict[str, str | float]] = []

    def run(self) -> None:
        """Do everything in order. Raises UserError naming the step that failed."""
        window = self._window
        window.resize(*PAGE_SIZE)
        parts = self._parts
        parts.keeper.set_appearance(theme="light")
        window.show()
        self._model = self._stage.model(_MODEL_SECONDS)
        self._say(f"loaded {self._model}: {window.panel.model.state()}")

        draft = self._open_sample()
        self._type_until_suggested()
        self._step(
            "accept the next word (Ctrl+Right)",
            lambda: self._accept(Qt.Key.Key_Right, Qt.KeyboardModifier.ControlModifier),
        )
        if not self._editor.ghost_text():
            self._wait_for_ghost("what goes on after the word")
        self._take_pictures()
        self._step("accept the rest (Tab)", lambda: self._accept(Qt.Key.Key_Tab))
        self._step("undo (Ctrl+Z)", self._undo)
        self._step(f"set temperature {DARING} in the panel and ask again (Alt+\\)", self._be_daring)
        self._step("accept all (Tab)", lambda: self._accept(Qt.Key.Key_Tab))
        self._step("save (Ctrl+S)", lambda: self._save(draft))
        for kind in ("docx", "pdf"):
            self._step(f"export {kind}", partial(self._export, draft, kind))
        self._picture("exported")
        self._write_record()

    # The steps

    def _open_sample(self) -> Path:
        samples = sorted((paths.resources_folder() / "sample").glob("*.md"))
        self._must(bool(samples), "there is no sample story")
        draft = self._output / samples[0].name
        try:
            copyfile(samples[0], draft)
        except OSError as error:
            raise UserError(f"{draft} could not be written: {error.strerror}.", "Choose another folder.") from error

        def open_it() -> str:
            self._must(self._window.session.open(draft), f"{draft} was not opened")
            self._editor.moveCursor(QTextCursor.MoveOperation.End)
            self._must(
                self._editor.text() == draft.read_text(encoding="utf-8"), "the text on screen is not that of the file"
            )
            return ""

        self._step("open the sample story", open_it)
        return draft

    def _type_until_suggested(self) -> None:
        for piece in PIECES:
            self._step("type", partial(self._type, piece))
            self._step("pause: a suggestion appears", lambda: self._wait_for_ghost("a suggestion"))
            if len(self._editor.ghost_text().split()) > 1:
                return
        raise UserError("The tour stopped: no suggestion had two words.", "See whether the model base-en is whole.")

    def _type(self, piece: str) -> str:
        self._stage.write(piece)
        return ""

    def _wait_for_ghost(self, what: str) -> str:
        if not self._stage.ghost(_GHOST_SECONDS):
            self._stage.press(Qt.Key.Key_Backslash, Qt.KeyboardModifier.AltModifier)
            self._must(self._stage.ghost(_GHOST_SECONDS), f"{what} did not come")
        return self._editor.ghost_text()

    def _accept(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> str:
        ghost, before = self._editor.ghost_text(), self._editor.text()
        self._must(bool(ghost), "there is no suggestion to take")
        self._stage.press(key, modifier)
        taken = self._editor.text().removeprefix(before)
        self._must(bool(taken) and ghost.startswith(taken), "what was inserted is not what was suggested")
        self._must(key != Qt.Key.Key_Tab or taken == ghost, "Tab did not take the whole suggestion")
        return taken

    def _undo(self) -> str:
        before = self._editor.text()
        self._stage.press(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
        self._must(self._editor.text() == self._steps[-1]["text_before"] != before, "undo did not bring the text back")
        return ""

    def _be_daring(self) -> str:
        if not self._window.dock.isVisible():
            self._stage.press(Qt.Key.Key_F9)
        slider = self._window.panel.daring.slider
        slider.setFocus()
        while self._window.panel.daring.value() < DARING - 1e-6:
            self._stage.press(Qt.Key.Key_Right, widget=slider)
        self._must(
            abs(self._parts.keeper.suggestions.temperature - DARING) < 1e-6, "the panel did not set the temperature"
        )
        self._editor.setFocus()
        self._stage.press(Qt.Key.Key_Escape)
        self._stage.press(Qt.Key.Key_Backslash, Qt.KeyboardModifier.AltModifier)
        return self._wait_for_ghost("a suggestion at the new temperature")

    def _save(self, draft: Path) -> str:
        self._stage.press(Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
        self._must(not self._window.session.is_modified(), "the draft was not saved")
        self._must(draft.read_text(encoding="utf-8") == self._editor.text(), "the file is not the text on screen")
        return ""

    def _export(self, draft: Path, kind: str) -> str:
        target = draft.with_suffix(f".{kind}")
        target.unlink(missing_ok=True)
        self._answers.next_path = target
        self._stage.export(kind)
        self._must(target.is_file() and target.stat().st_size > 0, f"{target} was not written")
        return ""

    # The record

    def _step(self, action: str, do: Callable[[], str]) -> None:
        """Do one step and note it. `do` gives the suggestion that it was about."""
        before, began = self._editor.text(), time.perf_counter()
        suggestion = do()
        milliseconds = 1000 * (time.perf_counter() - began)
        after = self._editor.text()
        self._steps.append(
            {
                "action": action,
                "text_before": before,
                "text_after": after,
                "suggestion": suggestion,
                "model": self._model,
                "milliseconds": round(milliseconds, 1),
            }
        )
        shown = f": {suggestion!r}" if suggestion else ""
        self._say(f"{action}{shown} ({milliseconds:.0f} ms)")

    def _take_pictures(self) -> None:
        """The window in its themes, a suggestion on screen in each, the page full of text."""
        scroll_bar, lowest = self._editor.verticalScrollBar(), _CURSOR_AT * self._editor.viewport().height()
        while scroll_bar.value() > 0 and self._editor.cursorRect().bottom() < lowest:
            scroll_bar.setValue(scroll_bar.value() - 1)
        self._stage.press(Qt.Key.Key_F9)
        self._picture("light")
        self._parts.keeper.set_appearance(theme="dark")
        self._picture("dark")
        self._parts.keeper.set_appearance(theme="light")
        self._window.panel.more.set_open(open_now=True)
        self._picture("settings")
        self._window.panel.more.set_open(open_now=False)
        self._stage.press(Qt.Key.Key_F9)
        self._parts.keeper.set_appearance(theme="sepia")
        self._picture("sepia")
        self._parts.keeper.set_appearance(theme="light")
        self._editor.setFocus()

    def _picture(self, name: str) -> None:
        path = self._output / f"{name}.png"
        self._must(self._stage.picture(path), f"{path} was not written")
        self._say(f"screenshot {path.name}")

    def _write_record(self) -> None:
        record = json.dumps(self._steps, ensure_ascii=False, indent=1) + "\n"
        atomic_write(self._output / "tour.json", record.encode("utf-8"))
        self._say(f"wrote tour.json with {len(self._steps)} steps")

    def _must(self, holds: bool, otherwise: str) -> None:
        if not holds:
            notices = " ".join(notice.message for notice in self._window.banners.notices())
            raise UserError(f"The tour stopped: {otherwise}.", notices)

    def _say(self, what: str) -> None:
        print(f"tour: {what}", flush=True)
