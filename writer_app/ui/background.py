"""One thread beside the window's own, for what touches the disk: journal, settings, exports, in the order given."""

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal

from writer_app.errors import UserError

log = logging.getLogger(__name__)


def _ignore(_: object) -> None:
    """Take an answer nobody waits for."""


class Background(QObject):
    """Does jobs one after the other and answers on the window's thread, with the result or a `UserError`."""

    _answered = Signal(object, object)  # the function to call on the window's thread, and what to give it

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="disk")
        self._waiting = 0
        self._answered.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def run(
        self,
        job: Callable[[], Any],
        then: Callable[[Any], object] = _ignore,
        failed: Callable[[UserError], object] = _ignore,
    ) -> None:
        """Do a job; afterwards call `then` with its result or `failed` with what went wrong."""
        self._waiting += 1
        self._pool.submit(self._work, job, then, failed)

    def idle(self) -> bool:
        """Say whether every job has been answered."""
        return self._waiting == 0

    def stop(self) -> None:
        """Finish what was given and end the thread."""
        self._pool.shutdown(wait=True)

    def _work(
        self, job: Callable[[], Any], then: Callable[[Any], object], failed: Callable[[UserError], object]
    ) -> None:
        try:
            result = job()
        except UserError as error:
            self._answered.emit(failed, error)
        except Exception as error:  # the border of a worker: it answers, whatever happens
            log.exception("a background job failed")
            message = self.tr("Something went wrong inside the app ({0}).").format(type(error).__name__)
            self._answered.emit(
                failed, UserError(message, self.tr("Your text is untouched. Try again; the log says more."))
            )
        else:
            self._answered.emit(then, result)

    def _deliver(self, receiver: Callable[[Any], object], what: object) -> None:
        self._waiting -= 1
        receiver(what)
