"""From key press to painted ghost, in the whole app with base-en, and how late the event loop runs meanwhile.

    writer-app bench latency

Types a paragraph into a draft of 3,000 words, a key at a time, and times four things: keys after which the model is
asked (to the first paint with a ghost), keys that go through the ghost, backspace that brings it back, and answers from
the cache. Beside them, as the peer in the same run, the same question to a model that keeps nothing and reads
everything again. Then the lateness of a 5 ms timer: idle, and while keys arrive 30 times a second and suggestions run.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from _app import TYPED, Painted, draft, figures, open_app, wait_until
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest

if TYPE_CHECKING:
    from writer_app.app.composition import Parts
    from writer_app.suggest.worker import Answer

WORDS = 3000
LATENESS_SECONDS = 20.0
TICK = 0.005
KEYS_A_SECOND = 30


class Bench:
    """One run over the paragraph."""

    def __init__(self, parts: Parts) -> None:
        self.editor = parts.window.editor
        self.painted = Painted(self.editor.viewport())
        self.ghost_at = 0.0
        self.answers: list[Answer] = []
        self.requests = 0
        self.editor.ghost_changed.connect(self._changed)
        self.editor.suggestion_wanted.connect(self._wanted)
        parts.service.answered.connect(self.answers.append)
        self.asked: list[float] = []
        self.through: list[float] = []
        self.back: list[float] = []
        self.cached: list[float] = []

    def _changed(self, text: str) -> None:
        if text:
            self.ghost_at = time.perf_counter()

    def _wanted(self, _request: object) -> None:
        self.requests += 1

    def press(self, key: Qt.Key | None, character: str = "") -> float | None:
        """Milliseconds from the key to the first paint that shows a ghost; None if no ghost came."""
        self.answers.clear()
        self.ghost_at = 0.0
        pressed = time.perf_counter()
        if key is None:
            QTest.keyClick(self.editor, character)
        else:
            QTest.keyClick(self.editor, key)

        def shown() -> bool:
            return self.ghost_at > pressed and self.painted.at > self.ghost_at

        wait_until(lambda: shown() or any(a.final and not a.suggestions for a in self.answers), 5)
        milliseconds = 1000 * (self.painted.at - pressed) if shown() else None
        wait_until(lambda: milliseconds is None or not self.answers or self.answers[-1].final, 5)
        return milliseconds

    def type(self, text: str) -> None:
        for character in text:
            requests = self.requests
            milliseconds = self.press(None, character)
            if milliseconds is None:
                continue
            if self.requests == requests:  # the ghost, or another alternative, went on with just this
                self.through.append(milliseconds)
                continue
            self.asked.append(milliseconds)
            self._detour()

    def _detour(self) -> None:
        """Type a letter of the ghost and take it back; then ask again for what has been answered before."""
        ghost = self.editor.ghost_text()
        if len(ghost) > 1 and ghost[0].isalpha():
            self.press(None, ghost[0])
            back = self.press(Qt.Key.Key_Backspace)
            self.back += [] if back is None else [back]
        self.editor.dismiss_ghost()
        settled = time.perf_counter() + 0.1
        wait_until(lambda: time.perf_counter() > settled)  # nothing is under way: only the cache is timed
        began = time.perf_counter()
        self.ghost_at = 0.0
        self.answers.clear()
        self.editor.ask_now()
        wait_until(lambda: self.ghost_at and self.painted.at > self.ghost_at, 5)
        self.cached.append(1000 * (self.painted.at - began))
        wait_until(lambda: self.answers and self.answers[-1].final, 5)


def lateness(parts: Parts, *, typing: bool) -> list[float]:
    """How late, in milliseconds, a 5 ms timer fires on the GUI thread."""
    late: list[float] = []
    due = time.perf_counter() + TICK

    def tick() -> None:
        nonlocal due
        now = time.perf_counter()
        late.append(1000 * max(0.0, now - due))
        due = now + TICK

    timer = QTimer()
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    timer.timeout.connect(tick)
    timer.start(int(1000 * TICK))
    keys = QTimer()
    text = iter(TYPED * 20)
    keys.timeout.connect(lambda: QTest.keyClick(parts.window.editor, next(text)))
    if typing:
        keys.start(1000 // KEYS_A_SECOND)
    end = time.perf_counter() + LATENESS_SECONDS
    wait_until(lambda: time.perf_counter() > end, LATENESS_SECONDS + 5)
    timer.stop()
    keys.stop()
    return late


def read_everything_again(context: str) -> list[float]:
    """The peer: the first token after the whole context, nothing kept between keys (as `generate` of most libraries)."""
    import torch

    from writer_app.lm import load_model

    model = load_model("base-en", "cpu")
    times = []
    for length in range(1, 41):
        began = time.perf_counter()
        tokens = model.tokenizer.encode(context + TYPED[:length])[-(model.network.context or 1024) :]
        with torch.inference_mode():
            model.network(torch.tensor([tokens]))
        times.append(1000 * (time.perf_counter() - began))
    return times


def main() -> None:
    """Print the figures."""
    text = draft(WORDS)
    parts = open_app(text)
    bench = Bench(parts)
    bench.type(TYPED[:40])  # warm
    for values in (bench.asked, bench.through, bench.back, bench.cached):
        values.clear()
    bench.type(TYPED[40:])
    print(f"base-en in a draft of {len(text.split()):,} words, offscreen, one torch thread")
    figures("key -> first words of the ghost, model asked", bench.asked)
    figures("key -> ghost, typed through", bench.through)
    figures("backspace -> ghost is back", bench.back)
    figures("asked again -> ghost, from the cache", bench.cached)
    figures("peer: all read again, first token only", read_everything_again(text[-6000:]))
    idle = lateness(parts, typing=False)
    busy = lateness(parts, typing=True)
    figures("event loop late, idle", idle)
    figures("event loop late, 30 keys/s with suggestions", busy)
    difference = sorted(busy)[int(0.99 * len(busy))] - sorted(idle)[int(0.99 * len(idle))]
    print(f"{'p99 over idle':44} {difference:+.2f} ms")
    parts.window.editor.document().setModified(False)
    parts.shut_down()


if __name__ == "__main__":
    main()
