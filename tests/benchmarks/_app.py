"""What the benchmarks of the window share: the app in a throw-away home, a long draft, figures in one form."""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
HOME = tempfile.TemporaryDirectory(prefix="writer-app-bench-")
for variable, folder in (
    ("XDG_CONFIG_HOME", "config"),
    ("XDG_DATA_HOME", "data"),
    ("XDG_STATE_HOME", "state"),
    ("XDG_CACHE_HOME", "cache"),
):
    os.environ[variable] = str(Path(HOME.name) / folder)

from PySide6.QtCore import QEvent, QObject  # noqa: E402 - the environment comes first
from PySide6.QtGui import QTextCursor  # noqa: E402
from PySide6.QtWidgets import QApplication  # noqa: E402

from writer_app.app.composition import Parts, compose, prepare  # noqa: E402
from writer_app.documents.runs import Kind, Origin, Origins  # noqa: E402
from writer_app.paths import resources_folder  # noqa: E402

TYPED = (
    " He went down to the water before it was light, because the tide would not wait and neither would she. The boat "
    "lay where they had left it, half on the stones. There was nobody on the quay. He put his hand on the wood and it "
    "was cold and wet, and he thought of the morning his father had shown him how to tie the line. Then he heard her "
    "step behind him, and he did not turn round."
)


def application() -> QApplication:
    """The one QApplication."""
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    prepare(app)
    return app


def wait_until(condition: Callable[[], object], seconds: float = 60.0) -> None:
    """Run the event loop until `condition` holds."""
    end = time.perf_counter() + seconds
    while not condition():
        QApplication.processEvents()
        if time.perf_counter() > end:
            message = f"waited {seconds} s in vain for {condition}"
            raise TimeoutError(message)


def draft(words: int) -> str:
    """About `words` words: the sample story, again and again."""
    story = "\n\n".join(
        path.read_text(encoding="utf-8") for path in sorted((resources_folder() / "sample").glob("*.md"))
    )
    parts: list[str] = []
    while sum(len(part.split()) for part in parts) < words:
        parts.append(story)
    return "\n\n".join(parts)


def open_app(text: str) -> Parts:
    """The window with `text` in it, the cursor at its end, the model loaded."""
    parts = compose(application())
    loaded: list[object] = []
    parts.service.model_loaded.connect(loaded.append)
    parts.service.model_failed.connect(lambda error: sys.exit(str(error)))
    editor = parts.window.editor
    editor.load(text, Origins.uniform(len(text), Origin(Kind.IMPORTED)))
    parts.window.show()
    wait_until(lambda: loaded)
    editor.moveCursor(QTextCursor.MoveOperation.End)
    editor.setFocus()
    return parts


class Painted(QObject):
    """Notes when a widget has been painted."""

    def __init__(self, widget: QObject) -> None:
        super().__init__(widget)
        self.at = 0.0
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            self.at = time.perf_counter()
        return super().eventFilter(watched, event)


def figures(name: str, milliseconds: Iterable[float]) -> None:
    """One line: p50, p90, p99, the most, and how many."""
    values = sorted(milliseconds)
    if not values:
        print(f"{name:44} nothing measured")
        return
    share = lambda q: values[min(len(values) - 1, int(q * len(values)))]  # noqa: E731 - one line, used below
    print(
        f"{name:44} p50 {statistics.median(values):7.2f}   p90 {share(0.9):7.2f}   p99 {share(0.99):7.2f}   "
        f"max {values[-1]:7.2f} ms   n {len(values)}"
    )
