"""The thread that suggests. The window talks to `SuggestionService`; the work is done by a QObject in a QThread.

Newest wins: a request replaces one that waits and cancels one that runs, within a token. Every request that is not
replaced is answered, with suggestions or with an error in words. torch is imported in the thread, at the first `load`.
"""

import time
from collections.abc import Callable
from threading import Lock
from typing import Protocol

from PySide6.QtCore import QObject, QThread, Signal, Slot

from writer_app.errors import UserError
from writer_app.suggest.messages import Answer, CancelledError, LoadedModel, Request
from writer_app.suggest.settings import Suggestion, SuggestionSettings

__all__ = ["Answer", "CancelledError", "LoadedModel", "Request", "SuggestionService"]


class Engine(Protocol):
    """What the thread needs of a Suggester."""

    def describe(self) -> LoadedModel: ...

    def suggest(
        self,
        before: str,
        after: str = "",
        settings: SuggestionSettings = ...,
        *,
        on_progress: Callable[[Suggestion], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> list[Suggestion]: ...


Opener = Callable[[str, str], Engine]  # (model, device) -> engine


def open_suggester(model: str, device: str) -> Engine:
    """Import torch and load the model; called in the worker's thread.

    One torch thread: two wait for each other on a busy machine, 8 ms at each operation (measured on two cores).
    """
    import torch  # noqa: PLC0415 - late

    from writer_app.suggest.suggester import Suggester  # noqa: PLC0415 - late, for it imports torch

    torch.set_num_threads(1)
    return Suggester.open(model, device)


class _Mailbox:
    """The one pending request, shared by two threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._pending: Request | None = None
        self._ticket = 0

    def post(self, request: Request | None) -> None:
        """Replace what waits; whatever runs becomes stale."""
        with self._lock:
            self._pending = request
            self._ticket += 1

    def take(self) -> tuple[Request | None, int]:
        with self._lock:
            request, self._pending = self._pending, None
            return request, self._ticket

    def stale(self, ticket: int) -> bool:
        return self._ticket != ticket


class _Worker(QObject):
    """Lives in the thread."""

    model_loaded = Signal(object)
    model_failed = Signal(object)
    answered = Signal(int, object)  # ticket, Answer
    failed = Signal(int, int, object)  # ticket, revision, UserError

    def __init__(self, mailbox: _Mailbox, opener: Opener) -> None:
        super().__init__()
        self._mailbox = mailbox
        self._opener = opener
        self._engine: Engine | None = None

    @Slot(str, str)
    def load(self, model: str, device: str) -> None:
        try:
            engine = self._opener(model, device)
            loaded = engine.describe()
        except UserError as error:
            self.model_failed.emit(error)
        except Exception as error:
            self.model_failed.emit(_unexpected(f"The model {model} could not be loaded", error))
        else:
            self._engine = engine
            self.model_loaded.emit(loaded)

    @Slot()
    def work(self) -> None:
        request, ticket = self._mailbox.take()
        if request is None or self._engine is None:  # without a model, model_failed has been said already
            return
        began = time.perf_counter()

        def answer(suggestions: tuple[Suggestion, ...], *, final: bool) -> None:
            milliseconds = 1000 * (time.perf_counter() - began)
            self.answered.emit(ticket, Answer(request.revision, suggestions, milliseconds, final))

        try:
            suggestions = self._engine.suggest(
                request.text_before,
                request.text_after,
                request.settings,
                on_progress=lambda suggestion: answer((suggestion,), final=False),
                cancelled=lambda: self._mailbox.stale(ticket),
            )
        except CancelledError:
            return  # a newer request waits, or nobody does
        except UserError as error:
            self.failed.emit(ticket, request.revision, error)
        except Exception as error:
            self.failed.emit(ticket, request.revision, _unexpected("The suggestion failed", error))
        else:
            answer(tuple(suggestions), final=True)


def _unexpected(what: str, error: Exception) -> UserError:
    import logging  # noqa: PLC0415 - only when something went wrong

    logging.getLogger(__name__).error(what, exc_info=error)
    return UserError(
        f"{what}: {type(error).__name__}: {error}.",
        "This is a fault in the program; your text is safe. The log has the details.",
    )


class SuggestionService(QObject):
    """The window's side: lives on the GUI thread and owns the worker's thread."""

    model_loaded = Signal(object)  # LoadedModel
    model_failed = Signal(object)  # UserError
    answered = Signal(object)  # Answer
    failed = Signal(int, object)  # revision, UserError
    _load = Signal(str, str)
    _work = Signal()

    def __init__(self, opener: Opener = open_suggester, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._mailbox = _Mailbox()
        self._thread = QThread(self)
        self._thread.setObjectName("suggestions")
        self._worker = _Worker(self._mailbox, opener)
        self._worker.moveToThread(self._thread)
        self._load.connect(self._worker.load)
        self._work.connect(self._worker.work)
        self._worker.model_loaded.connect(self.model_loaded)
        self._worker.model_failed.connect(self.model_failed)
        self._worker.answered.connect(self._deliver)
        self._worker.failed.connect(self._deliver_failure)

    def load(self, model: str, device: str = "auto") -> None:
        """Load a model and use it from then on; if it fails, the one before stays. What was asked before is dropped."""
        self._mailbox.post(None)
        if not self._thread.isRunning():
            self._thread.start()
        self._load.emit(model, device)

    def request(self, request: Request) -> None:
        """Ask; replaces what waits and cancels what runs."""
        self._mailbox.post(request)
        self._work.emit()

    def cancel(self) -> None:
        """Drop what waits and what runs: no answer will come."""
        self._mailbox.post(None)

    @Slot(int, object)
    def _deliver(self, ticket: int, answer: Answer) -> None:
        if not self._mailbox.stale(ticket):  # it may have been on its way when a newer request came
            self.answered.emit(answer)

    @Slot(int, int, object)
    def _deliver_failure(self, ticket: int, revision: int, error: UserError) -> None:
        if not self._mailbox.stale(ticket):
            self.failed.emit(revision, error)

    def stop(self, milliseconds: int = 1000) -> bool:
        """Cancel, and join the thread; False if it still runs after `milliseconds` (an import cannot be interrupted)."""
        self._mailbox.post(None)
        self._thread.quit()
        return self._thread.wait(milliseconds)
