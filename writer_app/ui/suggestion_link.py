"""Between the editor, the suggestion thread and the settings: who asks, with which settings, and what is said of it.

No widgets: the editor is told what to show, the window hears of models, latencies and troubles by signals.
"""

import time
from typing import Protocol

from PySide6.QtCore import QObject, QTimer, Signal, SignalInstance

from writer_app.errors import UserError
from writer_app.models import DEFAULT_MODEL
from writer_app.settings import SuggestionPreferences
from writer_app.suggest import SuggestionSettings
from writer_app.suggest.worker import Answer, LoadedModel, Request, SuggestionService
from writer_app.ui.notice import Choice, Notice
from writer_app.ui.presets import adjusted
from writer_app.ui.settings_keeper import SettingsKeeper

_ASK_AGAIN_MS = 150  # after the last change of a setting: a slider passes many values


class SuggestingEditor(Protocol):
    """What the link needs of the editor."""

    suggestion_wanted: SignalInstance

    def show_answer(self, answer: Answer) -> None:
        """Show what came back, if it still fits."""

    def ghost_text(self) -> str:
        """Give the suggestion on screen."""

    def ask_now(self) -> None:
        """Ask for a suggestion at the cursor."""

    def dismiss_ghost(self) -> None:
        """Put the suggestion away."""

    def set_settings(self, settings: SuggestionSettings) -> None:
        """Ask with these settings from the next request on."""

    def set_automatic(self, automatic: bool) -> None:  # the editor's own
        """Ask at each pause, or only when told to."""

    def set_delay(self, milliseconds: int) -> None:
        """Wait so long after a key press."""


def suggestion_settings(preferences: SuggestionPreferences) -> SuggestionSettings:
    """Give the settings that a request carries."""
    return SuggestionSettings(
        temperature=preferences.temperature,
        length=preferences.length,
        alternatives=preferences.alternatives,
        top_k=preferences.top_k,
        top_p=preferences.top_p,
        min_p=preferences.min_p,
        repetition_penalty=preferences.repetition_penalty,
        seed=preferences.seed,
    )


class SuggestionLink(QObject):
    """Carries requests to the thread and answers back."""

    loading = Signal(str)  # the model's name
    loaded = Signal(object)  # LoadedModel
    refused = Signal(str)  # why there is no (new) model, in a sentence
    cuda_known = Signal(bool)
    latency = Signal(float)  # milliseconds from asking to the first words
    noticed = Signal(object)  # Notice
    withdrawn = Signal(str)

    def __init__(
        self,
        editor: SuggestingEditor,
        service: SuggestionService,
        keeper: SettingsKeeper,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._editor = editor
        self._service = service
        self._keeper = keeper
        self._asked: tuple[str, str] | None = None  # model and device that were asked for last
        self._waiting: tuple[int, float] | None = None  # the revision asked about, and when
        self._settings = suggestion_settings(keeper.suggestions)
        self._again = QTimer(self)
        self._again.setSingleShot(True)
        self._again.setInterval(_ASK_AGAIN_MS)
        self._again.timeout.connect(self._ask_again)
        editor.suggestion_wanted.connect(self.ask)
        service.answered.connect(self._answered)
        service.failed.connect(self._failed)
        service.model_loaded.connect(self._loaded)
        service.model_failed.connect(self._model_failed)
        keeper.suggestions_changed.connect(self._follow)

    def start(self) -> None:
        """Load the chosen model; from now on the settings are followed."""
        self._apply(self._keeper.suggestions)
        self._load(self._keeper.suggestions)

    def ask(self, wanted: Request) -> None:
        """Ask the thread to go on from where the editor says."""
        self._waiting = (wanted.revision, time.perf_counter())
        self._service.request(wanted)

    def _follow(self, preferences: SuggestionPreferences) -> None:
        self._apply(preferences)
        if self._asked not in (None, (preferences.model, preferences.device)):
            self._load(preferences)

    def _apply(self, preferences: SuggestionPreferences) -> None:
        settings = suggestion_settings(preferences)
        if settings != self._settings:
            self._settings = settings
            self._again.start()
        self._editor.set_settings(settings)
        self._editor.set_automatic(preferences.automatic)
        self._editor.set_delay(preferences.delay_ms)

    def _ask_again(self) -> None:
        """Show what the new settings make of a suggestion that is on screen."""
        if self._editor.ghost_text():
            self._editor.dismiss_ghost()
            self._editor.ask_now()

    def _load(self, preferences: SuggestionPreferences) -> None:
        self._asked = (preferences.model, preferences.device)
        self._editor.dismiss_ghost()
        self.withdrawn.emit("model")
        self.loading.emit(preferences.model)
        self._service.load(preferences.model, preferences.device)

    def _answered(self, answer: Answer) -> None:
        if self._waiting is not None and answer.revision == self._waiting[0] and answer.suggestions:
            self.latency.emit(1000 * (time.perf_counter() - self._waiting[1]))
            self._waiting = None
        self._editor.show_answer(answer)

    def _failed(self, _revision: int, error: UserError) -> None:
        self.noticed.emit(Notice.of("suggestion", error))

    def _loaded(self, model: LoadedModel) -> None:
        self.withdrawn.emit("model")
        self.withdrawn.emit("suggestion")
        if model.device == "cuda":
            self.cuda_known.emit(True)
        elif self._asked and self._asked[1] == "auto":
            self.cuda_known.emit(False)
        self.loaded.emit(model)

    def _model_failed(self, error: UserError) -> None:
        self.refused.emit(error.message)
        self.noticed.emit(Notice.of("model", error, *self._ways_out()))

    def _ways_out(self) -> tuple[Choice, ...]:
        preferences = self._keeper.suggestions
        ways = []
        if preferences.device == "cuda":
            ways.append(Choice(self.tr("Use the processor"), lambda: self._change(device="cpu")))
        elif preferences.model != DEFAULT_MODEL:
            ways.append(Choice(self.tr("Use {0}").format(DEFAULT_MODEL), lambda: self._change(model=DEFAULT_MODEL)))
        ways.append(Choice(self.tr("Try again"), lambda: self._load(self._keeper.suggestions)))
        return tuple(ways)

    def _change(self, **values: str) -> None:
        self._keeper.set_suggestions(adjusted(self._keeper.suggestions, **values))
