"""What happens when there is a bug: the draft goes to the journal first, then the log hears of it, then the writer.

The app goes on if it can. Hooks cover the window's thread, other threads and what is raised while objects are freed.
"""

import logging
import sys
import threading
from types import TracebackType

from PySide6.QtCore import QObject, Signal

from writer_app.app.logs import anatomy
from writer_app.errors import UserError
from writer_app.ui.main_window import MainWindow
from writer_app.ui.notice import Notice

log = logging.getLogger(__name__)


class Rescuer(QObject):
    """Catches what nobody caught."""

    _elsewhere = Signal(object)  # an exception of another thread, to be told on the window's own

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._busy = False
        self._before = (sys.excepthook, threading.excepthook, sys.unraisablehook)
        self._elsewhere.connect(self.rescue)

    def install(self) -> None:
        """Stand at the three borders."""
        sys.excepthook = self._uncaught
        threading.excepthook = lambda args: self._elsewhere.emit(args.exc_value)
        sys.unraisablehook = lambda args: log.error("while freeing an object: %s", anatomy(args.exc_value))

    def uninstall(self) -> None:
        """Leave the borders as they were."""
        sys.excepthook, threading.excepthook, sys.unraisablehook = self._before

    def rescue(self, error: BaseException) -> None:
        """Keep the draft, log the error, tell the writer."""
        if self._busy:  # an error while rescuing: do not go round in circles
            log.critical("while rescuing: %s", anatomy(error))
            return
        self._busy = True
        try:
            kept = self.keep_draft()
            log.error("uncaught: %s", anatomy(error))
            self._tell(type(error).__name__, kept)
        finally:
            self._busy = False

    def keep_draft(self) -> bool:
        """Put unsaved work into the journal at once; False if that cannot be done."""
        session = self._window.session
        if not session.is_modified():
            return True
        try:
            session.autosave.record_now()
        except UserError as refusal:
            log.error("the draft could not be kept: %s", anatomy(refusal))  # noqa: TRY400  # without its words
            return False
        return True

    def _uncaught(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            self._before[0](kind, error, trace)
            return
        if threading.current_thread() is threading.main_thread():
            self.rescue(error)
        else:
            self._elsewhere.emit(error)

    def _tell(self, kind: str, kept: bool) -> None:
        message = self.tr("Something went wrong inside the app ({0}).").format(kind)
        remedy = (
            self.tr(
                "Your draft is kept in the recovery journal. Save it; if the app behaves strangely, start it again."
            )
            if kept
            else self.tr(
                "Your draft could not be kept in the recovery journal: save it now, or copy it to another program."
            )
        )
        self._window.banners.post(Notice("bug", message, remedy))
