"""The thread that suggests, seen from the window's side: what is asked, what comes back, what never does."""

import logging
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QThread
from pytestqt.qtbot import QtBot

from writer_app.errors import UserError
from writer_app.suggest import Suggestion, SuggestionSettings
from writer_app.suggest.messages import CancelledError
from writer_app.suggest.worker import Answer, Engine, LoadedModel, Request, SuggestionService

SETTINGS = SuggestionSettings()


def suggestion(text: str) -> Suggestion:
    return Suggestion(text, 0.5, (), "fake")


class FakeEngine:
    """Answers with the text it was asked about; "slow" and "stream" go on until they are cancelled or let go."""

    def __init__(self, name: str = "fake") -> None:
        self.name = name
        self.asked: list[str] = []
        self.threads: set[int] = set()
        self.started, self.let_go = threading.Event(), threading.Event()

    def describe(self) -> LoadedModel:
        return LoadedModel(self.name, Path(self.name), "llama", 1, "cpu", "en")

    def suggest(
        self,
        before: str,
        after: str = "",
        settings: SuggestionSettings = SETTINGS,
        *,
        on_progress: Callable[[Suggestion], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> list[Suggestion]:
        assert on_progress is not None
        assert cancelled is not None
        self.asked.append(before)
        self.threads.add(threading.get_ident())
        match before:
            case "refuse":
                raise UserError("It cannot.", "Do this.")
            case "break":
                raise ZeroDivisionError("by nought")
            case "silence":
                return []
            case "grow":
                on_progress(suggestion(" one"))
                on_progress(suggestion(" one two"))
            case "slow" | "stream":
                if before == "stream":
                    on_progress(suggestion(" one"))
                self.started.set()
                while not self.let_go.wait(0.001):
                    if cancelled():
                        raise CancelledError
        return [suggestion(f" after {before}")]


class Fakes:
    """Opens fake engines by name; "missing" and "broken" cannot be opened."""

    def __init__(self) -> None:
        self.opened: list[tuple[str, str]] = []
        self.engines: dict[str, FakeEngine] = {}

    def __call__(self, model: str, device: str) -> Engine:
        self.opened.append((model, device))
        if model == "missing":
            raise UserError("There is no model called missing.", "Take another.")
        if model == "broken":
            raise RuntimeError("the file bit back")
        return self.engines.setdefault(model, FakeEngine(model))


class Heard:
    """All that a service has said, in order."""

    def __init__(self, service: SuggestionService) -> None:
        self.answers: list[Answer] = []
        self.failures: list[tuple[int, UserError]] = []
        self.threads: set[Any] = set()
        service.answered.connect(self._note_answer)
        service.failed.connect(lambda revision, error: self.failures.append((revision, error)))

    def _note_answer(self, answer: Answer) -> None:
        self.answers.append(answer)
        self.threads.add(QThread.currentThread())

    def final(self) -> list[Answer]:
        return [answer for answer in self.answers if answer.final]


@pytest.fixture
def fakes() -> Fakes:
    return Fakes()


@pytest.fixture
def service(qtbot: QtBot, fakes: Fakes) -> Iterator[SuggestionService]:
    service = SuggestionService(fakes)
    with qtbot.waitSignal(service.model_loaded):
        service.load("first", "cpu")
    yield service
    for engine in fakes.engines.values():
        engine.let_go.set()
    assert service.stop(5000)


def request(revision: int, before: str) -> Request:
    return Request(revision, before, "", SETTINGS)


def ask(qtbot: QtBot, service: SuggestionService, revision: int, before: str) -> Answer:
    with qtbot.waitSignal(service.answered, check_params_cb=lambda answer: answer.final) as caught:
        service.request(request(revision, before))
    (answer,) = caught.args
    return answer


def test_a_request_is_answered_in_the_thread_that_asked(qtbot: QtBot, service: SuggestionService, fakes: Fakes) -> None:
    heard = Heard(service)

    answer = ask(qtbot, service, 7, "The rain")

    assert (answer.revision, answer.final) == (7, True)
    assert [found.text for found in answer.suggestions] == [" after The rain"]
    assert answer.milliseconds >= 0
    assert heard.threads == {QCoreApplication.instance().thread()}  # type: ignore[union-attr]
    assert fakes.engines["first"].threads.isdisjoint({threading.get_ident()})


def test_nothing_to_say_is_an_answer(qtbot: QtBot, service: SuggestionService) -> None:
    answer = ask(qtbot, service, 1, "silence")

    assert answer.suggestions == ()


def test_while_it_grows_it_is_shown(qtbot: QtBot, service: SuggestionService) -> None:
    heard = Heard(service)

    ask(qtbot, service, 3, "grow")

    assert [(answer.final, answer.suggestions[0].text) for answer in heard.answers] == [
        (False, " one"),
        (False, " one two"),
        (True, " after grow"),
    ]
    assert {answer.revision for answer in heard.answers} == {3}


def test_the_newest_request_wins(qtbot: QtBot, service: SuggestionService, fakes: Fakes) -> None:
    heard = Heard(service)
    engine = fakes.engines["first"]
    service.request(request(1, "slow"))
    qtbot.waitUntil(engine.started.is_set)

    for revision in range(2, 30):
        service.request(request(revision, f"text {revision}"))
    qtbot.waitUntil(lambda: bool(heard.final()))

    assert [answer.revision for answer in heard.answers] == [29]
    assert engine.asked == ["slow", "text 29"]


def test_a_running_request_is_given_up_for_a_newer_one(qtbot: QtBot, service: SuggestionService, fakes: Fakes) -> None:
    engine = fakes.engines["first"]
    service.request(request(1, "slow"))
    qtbot.waitUntil(engine.started.is_set)

    answer = ask(qtbot, service, 2, "quick")

    assert answer.revision == 2
    assert not engine.let_go.is_set()


def test_after_cancelling_no_answer_comes_though_it_was_on_its_way(
    qtbot: QtBot, service: SuggestionService, fakes: Fakes
) -> None:
    heard = Heard(service)
    service.request(request(1, "stream"))
    assert fakes.engines["first"].started.wait(5)  # it has been sent, but this thread has not looked for it yet

    service.cancel()

    ask(qtbot, service, 2, "quick")

    assert [answer.revision for answer in heard.answers] == [2]


def test_a_refusal_of_the_engine_arrives_in_its_words_and_the_thread_goes_on(
    qtbot: QtBot, service: SuggestionService
) -> None:
    with qtbot.waitSignal(service.failed) as caught:
        service.request(request(4, "refuse"))

    revision, error = caught.args
    assert revision == 4
    assert str(error) == "It cannot. Do this."
    assert ask(qtbot, service, 5, "The rain").revision == 5


def test_a_fault_in_the_engine_arrives_as_a_message_with_the_log_and_the_thread_goes_on(
    qtbot: QtBot, service: SuggestionService, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR), qtbot.waitSignal(service.failed) as caught:
        service.request(request(4, "break"))

    revision, error = caught.args
    assert revision == 4
    assert isinstance(error, UserError)
    assert "ZeroDivisionError: by nought" in error.message
    assert "your text is safe" in error.remedy
    assert caplog.records[0].exc_info is not None
    assert ask(qtbot, service, 5, "The rain").revision == 5


def test_a_model_is_said_to_be_loaded_with_what_it_is(qtbot: QtBot, service: SuggestionService, fakes: Fakes) -> None:
    with qtbot.waitSignal(service.model_loaded) as caught:
        service.load("second", "cuda")

    assert caught.args == [LoadedModel("second", Path("second"), "llama", 1, "cpu", "en")]
    assert fakes.opened == [("first", "cpu"), ("second", "cuda")]
    ask(qtbot, service, 1, "The rain")
    assert fakes.engines["second"].asked == ["The rain"]
    assert fakes.engines["first"].asked == []


@pytest.mark.parametrize(
    "case",
    [
        ("missing", "There is no model called missing."),
        ("broken", "The model broken could not be loaded: RuntimeError"),
    ],
)
def test_a_model_that_cannot_be_loaded_leaves_the_one_before(
    qtbot: QtBot, service: SuggestionService, fakes: Fakes, case: tuple[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.CRITICAL), qtbot.waitSignal(service.model_failed) as caught:
        service.load(case[0])

    (error,) = caught.args
    assert isinstance(error, UserError)
    assert case[1] in error.message
    assert error.remedy
    ask(qtbot, service, 1, "The rain")
    assert fakes.engines["first"].asked == ["The rain"]


def test_with_no_model_at_all_the_failure_is_said_and_the_next_load_works(qtbot: QtBot, fakes: Fakes) -> None:
    service = SuggestionService(fakes)
    with qtbot.waitSignal(service.model_failed):
        service.load("missing")
        service.request(request(1, "The rain"))

    with qtbot.waitSignal(service.model_loaded):
        service.load("first")

    assert ask(qtbot, service, 2, "The rain").revision == 2
    assert service.stop()


def test_a_request_made_while_a_model_is_loading_is_answered_by_it(qtbot: QtBot, fakes: Fakes) -> None:
    service = SuggestionService(fakes)
    service.load("first")

    assert ask(qtbot, service, 1, "The rain").suggestions[0].text == " after The rain"
    assert service.stop()


def test_stopping_joins_the_thread_while_it_suggests(qtbot: QtBot, fakes: Fakes) -> None:
    service = SuggestionService(fakes)
    service.load("first")
    service.request(request(1, "slow"))
    qtbot.waitUntil(lambda: "first" in fakes.engines and fakes.engines["first"].started.is_set())
    heard = Heard(service)

    assert service.stop(1000)

    assert service._thread.isFinished()
    QCoreApplication.processEvents()
    assert heard.answers == []


def test_stopping_a_service_that_never_started_is_fine(qtbot: QtBot) -> None:
    assert SuggestionService(Fakes()).stop()


def test_stopping_right_after_asking_for_a_model_is_fine(qtbot: QtBot, fakes: Fakes) -> None:
    service = SuggestionService(fakes)
    service.load("first")

    assert service.stop(5000)


def test_a_real_model_answers_through_the_thread_as_it_does_without(qtbot: QtBot, trained_model: Path) -> None:
    from writer_app.suggest import Suggester

    service = SuggestionService()
    with qtbot.waitSignal(service.model_loaded, timeout=30_000):
        service.load(str(trained_model), "cpu")

    answer = ask(qtbot, service, 1, "The keeper opened the hea")

    assert service.stop()
    assert list(answer.suggestions) == Suggester.open(trained_model, "cpu").suggest("The keeper opened the hea")
    assert answer.suggestions[0].text.startswith("vy door")


@pytest.mark.parametrize("module", ["writer_app.suggest", "writer_app.suggest.worker"])
def test_importing_what_the_window_talks_to_leaves_torch_out(module: str) -> None:
    code = f"import sys, {module}; print('torch' in sys.modules, 'sentencepiece' in sys.modules)"

    run = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=True)

    assert run.stdout.split() == ["False", "False"]


def test_importing_the_models_leaves_qt_out() -> None:
    code = (
        "import sys, writer_app.lm, writer_app.suggest.suggester; print(any('PySide6' in name for name in sys.modules))"
    )

    run = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=True)

    assert run.stdout.strip() == "False"
