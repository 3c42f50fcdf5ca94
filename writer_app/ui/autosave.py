"""Keeping the draft in the recovery journal while it is written: within a second of an edit, off the window's thread."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from PySide6.QtCore import QObject, QTimer, Signal

from writer_app.documents.journal import Journal
from writer_app.documents.origins import Origins
from writer_app.errors import UserError
from writer_app.ui.background import Background

RECORD_AFTER_MS = 600
_REST = 10  # times as long as a snapshot took, at least, passes before the next


class LateJournal:
    """The journal, opened when it is first needed and on the thread that needs it; tried again while it refuses.

    So the window is there before the disk is asked, and a disk that had no room at the start is used once it has.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._journal: Journal | None = None
        self._mutex = Lock()

    def opened(self) -> Journal:
        """Give the journal. Raises UserError."""
        with self._mutex:
            if self._journal is None:
                self._journal = Journal(self._path)
            return self._journal

    def close(self) -> None:
        """Let go of the file."""
        with self._mutex:
            if self._journal is not None:
                self._journal.close()
                self._journal = None


@dataclass(frozen=True)
class Snapshot:
    """A draft as it stands at one moment."""

    document_id: str
    path: Path | None
    text: str
    cursor: int
    origins: Origins


class Autosave(QObject):
    """Records snapshots in the journal; a document that is saved or given up is forgotten there."""

    failed = Signal(object)  # UserError
    recorded = Signal()

    def __init__(
        self, journal: LateJournal, background: Background, snapshot: Callable[[], Snapshot], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._journal = journal
        self._background = background
        self._snapshot = snapshot
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(RECORD_AFTER_MS)
        self._timer.timeout.connect(self.record_soon)
        self._last_trouble = ""
        self._kept: set[str] = set()  # the documents that the journal may hold

    def edited(self) -> None:
        """Take note of an edit. The first one starts the clock, later ones do not put it off."""
        if not self._timer.isActive():
            self._timer.start()

    def forget(self, document_id: str) -> None:
        """Take a document out of the journal: what it held is saved, or not wanted."""
        self._timer.stop()
        if document_id in self._kept:
            self._kept.remove(document_id)
            self._background.run(lambda: self._journal.opened().clear(document_id), failed=self._fail)

    def record_soon(self) -> None:
        """Record in the background, now."""
        self._timer.stop()
        taken = self._taken()
        self._background.run(lambda: self._write(taken), then=self._succeed, failed=self._fail)

    def record_in_place_of(self, old_id: str) -> None:
        """Record in the background, and only once that is done forget what the journal held under another id."""
        self._timer.stop()
        taken = self._taken()

        def replace() -> None:
            self._write(taken)
            self._journal.opened().clear(old_id)

        self._background.run(replace, then=self._succeed, failed=self._fail)

    def record_now(self) -> None:
        """Record at once, on this thread: for the moment when something has gone wrong. Raises UserError."""
        self._timer.stop()
        self._write(self._taken())

    def _taken(self) -> Snapshot:
        began = time.perf_counter()
        taken = self._snapshot()
        cost = 1000 * (time.perf_counter() - began)  # of the window's thread: enormous drafts are recorded less often
        self._timer.setInterval(max(RECORD_AFTER_MS, round(_REST * cost)))
        self._kept.add(taken.document_id)
        return taken

    def _succeed(self, _: object) -> None:
        self._last_trouble = ""
        self.recorded.emit()

    def _fail(self, error: UserError) -> None:
        """Report a trouble once, not again at each edit while it lasts."""
        if error.message != self._last_trouble:
            self._last_trouble = error.message
            self.failed.emit(error)

    def _write(self, taken: Snapshot) -> None:
        self._journal.opened().record(taken.document_id, taken.path, taken.text, taken.cursor, taken.origins)
