"""The log: rotating, in the state folder, and never a word of the writer's text.

Our own log lines carry none by rule. Messages of exceptions might (a decoding error quotes what it met), so of an
exception only its kind and the places in the code are written.
"""

import faulthandler
import logging
import traceback
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType
from typing import TextIO

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler

from writer_app.durable import make_folder
from writer_app.errors import refused

LOG_NAME = "writer-app.log"
CRASH_NAME = "crash.log"
_SIZE = 256 * 1024
_KEPT = 3
_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}

ExceptionInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


def anatomy(error: BaseException | None) -> str:
    """Give an exception's kind and where in the code it arose, with the ones it came from; not what it says."""
    parts: list[str] = []
    while error is not None and len(parts) < 8:
        places = [
            f"  {frame.filename}:{frame.lineno} in {frame.name}" for frame in traceback.extract_tb(error.__traceback__)
        ]
        number = f" (errno {error.errno})" if isinstance(error, OSError) else ""
        parts.append("\n".join((f"{type(error).__module__}.{type(error).__qualname__}{number}", *places)))
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return "\ncaused by ".join(parts)


class _Discreet(logging.Formatter):
    """Formats exceptions without what they say."""

    def formatException(self, ei: ExceptionInfo) -> str:  # noqa: N802  # logging's own name
        """Give the exception's kind and places."""
        return anatomy(ei[1])


class Log:
    """The open log of one run."""

    def __init__(self, folder: Path) -> None:
        """Open the log in this folder. Raises UserError if the disk refuses."""
        make_folder(folder)
        self.path = folder / LOG_NAME
        try:
            self._handler = RotatingFileHandler(self.path, maxBytes=_SIZE, backupCount=_KEPT, encoding="utf-8")
            self._crashes: TextIO = (folder / CRASH_NAME).open("a", encoding="utf-8")
        except OSError as error:
            raise refused("opened", self.path, error) from error
        self._handler.setFormatter(_Discreet("%(asctime)s %(levelname)s %(name)s: %(message)s"))
        self._logger = logging.getLogger("writer_app")
        self._logger.addHandler(self._handler)
        self._logger.setLevel(logging.INFO)
        self._logger.propagate = False
        faulthandler.enable(self._crashes)
        qInstallMessageHandler(_log_qt)

    def close(self) -> None:
        """Let go of the files."""
        qInstallMessageHandler(None)
        faulthandler.disable()
        self._logger.removeHandler(self._handler)
        self._logger.propagate = True
        self._handler.close()
        self._crashes.close()


def _log_qt(kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
    logging.getLogger("writer_app.qt").log(_LEVELS.get(kind, logging.WARNING), "%s: %s", context.category, message)
