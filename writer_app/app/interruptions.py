"""Ctrl+C in the terminal, `kill`, the end of the desktop session: the draft is kept, then the process ends.

A handler in Python only runs once the interpreter gets a turn, which Qt's event loop may not give it for a long time;
so the signal's number is written to a socket that the event loop watches.
"""

import signal
import socket
from collections.abc import Callable
from types import FrameType

from PySide6.QtCore import QObject, QSocketNotifier

_NAMES = ("SIGINT", "SIGTERM", "SIGHUP")  # the last one is unknown to Windows
EXIT_CODE_BASE = 128  # an interrupted process ends with this plus the signal's number


class Interruptions(QObject):
    """Calls `stop` with the signal's number, on the window's thread."""

    def __init__(self, stop: Callable[[int], object], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._stop = stop
        self._reading, self._writing = socket.socketpair()
        for end in (self._reading, self._writing):
            end.setblocking(False)
        self._notifier = QSocketNotifier(self._reading.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._heard)
        self._before = {
            number: signal.signal(number, _wake)
            for name in _NAMES
            if (number := getattr(signal, name, None)) is not None
        }
        self._wakeup_before = signal.set_wakeup_fd(self._writing.fileno())

    def uninstall(self) -> None:
        """Let signals do again what they did."""
        signal.set_wakeup_fd(self._wakeup_before)
        for number, handler in self._before.items():
            signal.signal(number, handler)
        self._notifier.setEnabled(False)
        self._reading.close()
        self._writing.close()

    def _heard(self) -> None:
        for number in self._reading.recv(16):
            self._stop(number)


def _wake(_number: int, _frame: FrameType | None) -> None:
    """Do nothing: that there is a handler makes Python write to the socket."""
