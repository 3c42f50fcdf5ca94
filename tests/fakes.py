"""Stand-ins for what tests cannot have at will: failing disks, and processes that are killed in the middle of something."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


class FaultyDisk:
    """Refuses one of the operating system's calls ("open", "write", "fsync", "replace", "stat", ...) with an error number.

    `after` calls go through first. `only` limits it to calls whose first argument's text holds that. `calls` counts.
    """

    def __init__(self, patch: pytest.MonkeyPatch, call: str, error: int, *, after: int = 0, only: str = "") -> None:
        self._real = getattr(os, call)
        self._error = error
        self._after = after
        self._only = only
        self.calls = 0
        patch.setattr(os, call, self._refuse)

    def _refuse(self, *args: Any, **kwargs: Any) -> Any:
        if self._only in str(args[0]):
            self.calls += 1
            if self.calls > self._after:
                raise OSError(self._error, os.strerror(self._error), str(args[0]))
        return self._real(*args, **kwargs)


class ShortWrites:
    """Takes at most `most` bytes at a call, as pipes, network disks and nearly full ones do."""

    def __init__(self, patch: pytest.MonkeyPatch, most: int) -> None:
        real = os.write
        self.calls = 0

        def write(descriptor: int, data: Any) -> int:
            self.calls += 1
            return real(descriptor, bytes(data[:most]))

        patch.setattr(os, "write", write)


class WatchedDisk:
    """Writes down the order of the calls that durability depends on; `log` holds (call, kind of thing) pairs."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.log: list[str] = []
        for name in ("write", "fsync", "replace"):
            patch.setattr(os, name, self._watched(name, getattr(os, name)))

    def _watched(self, name: str, real: Any) -> Any:
        def call(*args: Any, **kwargs: Any) -> Any:
            thing = ""
            if name == "fsync":
                thing = " folder" if stat.S_ISDIR(os.fstat(args[0]).st_mode) else " file"
            self.log.append(name + thing)
            return real(*args, **kwargs)

        return call


def run_python(code: str, *arguments: str | Path, timeout: float = 60) -> subprocess.CompletedProcess[str]:
    """Run a program in a process of its own, whose limits and death are no concern of ours."""
    command = [sys.executable, "-W", "error", "-c", code, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=timeout, check=False)
