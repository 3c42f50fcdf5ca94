"""From the start of the process to the window on screen and to the first suggestion, in fresh processes.

    writer-app bench startup

Beside them, as the peer in the same run: a bare PySide6 window, and `import torch` alone. Median of five.
"""

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

RUNS = 5
START = "WRITER_APP_BENCH_START"

APP = """
from _app import *
from PySide6.QtTest import QTest
began = float(os.environ["WRITER_APP_BENCH_START"])
parts = compose(application())
editor = parts.window.editor
text = draft(1500)
editor.load(text, Origins.uniform(len(text), Origin(Kind.IMPORTED)))
shown, ghosts = [], []
parts.window.painted.connect(lambda: shown.append(time.time() - began))
editor.ghost_changed.connect(lambda ghost: ghosts.append(time.time() - began) if ghost else None)
parts.window.show()
wait_until(lambda: shown)
editor.moveCursor(QTextCursor.MoveOperation.End)
QTest.keyClicks(editor, "He ")
loaded = []
parts.service.model_loaded.connect(lambda model: loaded.append(time.time() - began))
while not ghosts:
    wait_until(lambda: loaded or ghosts)
    if not ghosts:
        editor.ask_now()
        wait_until(lambda: ghosts)
print(shown[0], ghosts[0])
parts.shut_down()
"""

BARE = """
import os, time
began = float(os.environ["WRITER_APP_BENCH_START"])
from PySide6.QtWidgets import QApplication, QPlainTextEdit
class Page(QPlainTextEdit):
    def paintEvent(self, event):
        super().paintEvent(event)
        print(time.time() - began, time.time() - began)
        QApplication.exit()
app = QApplication([])
page = Page()
page.show()
app.exec()
"""

TORCH = """
import os, time
began = float(os.environ["WRITER_APP_BENCH_START"])
import torch
print(time.time() - began, time.time() - began)
"""


def once(code: str) -> tuple[float, float]:
    """Seconds to the first and to the second thing that `code` prints."""
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen", START: str(time.time())}
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=Path(__file__).parent,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    first, second = done.stdout.split()
    return float(first), float(second)


def main() -> None:
    """Print the figures."""
    times: dict[str, list[tuple[float, float]]] = {"app": [], "bare": [], "torch": []}
    for _ in range(RUNS):
        for name, code in (("app", APP), ("bare", BARE), ("torch", TORCH)):
            times[name].append(once(code))
    for title, name, column in (
        ("window on screen", "app", 0),
        ("first suggestion from the network", "app", 1),
        ("peer: a bare PySide6 window", "bare", 0),
        ("peer: import torch alone", "torch", 0),
    ):
        seconds = [pair[column] for pair in times[name]]
        print(
            f"{title:36} median {statistics.median(seconds):5.2f} s   {min(seconds):.2f} to {max(seconds):.2f}   n {RUNS}"
        )


if __name__ == "__main__":
    main()
