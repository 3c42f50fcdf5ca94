"""The suggester: a draft's text before the cursor in, ways to go on out.

One question, in the order of the computation: completion cache -> typographic view -> the last word boundary ->
spellings of what has been typed of the word -> one continuation for each alternative -> trimmed to words, back in the
draft's typography.
"""

import math
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import torch
from torch import Tensor

from writer_app.lm.folder import LoadedModel, load_model
from writer_app.lm.sampling import Sampler, penalised
from writer_app.lm.session import DecodingSession
from writer_app.lm.spelling import Vocabulary, spellings
from writer_app.lm.tokenizer import PARAGRAPH
from writer_app.suggest import messages
from writer_app.suggest.calibration import load_calibration
from writer_app.suggest.messages import CancelledError
from writer_app.suggest.settings import Suggestion, SuggestionSettings, Token
from writer_app.suggest.view import Style, in_heading, read, style_of
from writer_app.suggest.words import count_words, first_words, inside_word, sentence_end, without_repeat

CACHED = 512  # answers kept
TYPED_BYTES = 32  # of an unfinished word are spelt again; longer words are taken as they are tokenised
PENALTY_WINDOW = 64  # tokens that the repetition penalty looks back on
STYLE_WINDOW = 4000  # characters that tell the draft's typography
TOKENS_PER_WORD = 6  # at most, on average: the bound of a continuation
SHOWN_ALTERNATIVES = 5  # other tokens that the inspector is told of
DEFAULTS = SuggestionSettings()
OPENINGS_DRAWN_FROM = 512  # likeliest first tokens, above temperature 0
SEED_STRIDE = 7919  # between the seeds of alternatives

Progress = Callable[[Suggestion], None]
Cancelled = Callable[[], bool]


@dataclass(frozen=True)
class _Context:
    """What a question is about, after reading the draft."""

    view: str  # the text before the cursor as the model reads it
    tokens: list[int]  # up to the last word boundary
    typed: bytes  # of the unfinished word, its leading space included
    style: Style


@dataclass(frozen=True)
class _Opening:
    """Tokens that spell what is typed of a word; log-probability given that it has been typed."""

    tokens: tuple[int, ...]
    log_probability: float


class Suggester:
    """Answers what may come next. Not for two threads at once."""

    def __init__(self, model: LoadedModel) -> None:
        self._model = model
        self._calibration = load_calibration(model.path)
        self._session = DecodingSession(model.network)
        self._vocabulary = Vocabulary(model.tokenizer.pieces)
        pieces = model.tokenizer.pieces
        control = [token for token, piece in enumerate(pieces) if not piece]
        line_ends = [token for token, piece in enumerate(pieces) if b"\n" in piece]
        self._control = torch.tensor(control, dtype=torch.int64, device=model.device)
        begin_nothing = control + line_ends
        self._silent = torch.tensor(begin_nothing, dtype=torch.int64, device=model.device)
        self._words = {
            token
            for token, piece in enumerate(pieces)
            if any(character.isalpha() for character in piece.decode("utf-8", "ignore"))
        }
        self._cache: OrderedDict[tuple[str, str, SuggestionSettings], list[Suggestion]] = OrderedDict()
        self._tokenised: tuple[str | None, list[int]] = (None, [])
        self._paragraph = lru_cache(maxsize=4096)(lambda text: tuple(model.tokenizer.encode(text + PARAGRAPH)))

    @classmethod
    def open(cls, model: str | Path = "base-en", device: str = "auto") -> "Suggester":
        """Open a model by name or path. Raises UserError with what is wrong with it."""
        return cls(load_model(model, device))

    def describe(self) -> messages.LoadedModel:
        """What the window shows of the model."""
        model = self._model
        return messages.LoadedModel(
            model.name, model.path, model.model_type, model.parameters, model.device.type, model.language
        )

    def suggest(
        self,
        before: str,
        after: str = "",
        settings: SuggestionSettings = DEFAULTS,
        *,
        on_progress: Progress | None = None,
        cancelled: Cancelled | None = None,
    ) -> list[Suggestion]:
        """Ways to go on from `before`, best first; empty where there is nothing to say (in a heading, inside a word).

        on_progress is given the first suggestion as it grows, where nothing can take it back: at the end of a line and
        with show_rate 1; it never shrinks. cancelled is asked before each model step: True raises CancelledError. The
        same arguments always give the same answer. Raises UserError for a show_rate that the model was not measured for.
        """
        if in_heading(before) or inside_word(before, after):
            return []
        key = (before, after, settings)
        if key in self._cache:
            self._cache.move_to_end(key)
            return list(self._cache[key])
        threshold = self._calibration.threshold(settings.show_rate)
        streams = on_progress is not None and threshold == 0.0 and not after.split("\n", 1)[0].strip()
        answer: list[Suggestion] = []
        context = self._context(before)
        for opening, seed in self._openings(context, settings, cancelled):
            suggestion: Suggestion | None = None
            streamed = ""
            for text, log_probability, tokens in self._continue(context, opening, settings, seed, cancelled):
                written = without_repeat(context.style.write(text, before), after)
                confidence = self._calibration.confidence(log_probability)
                suggestion = Suggestion(written, confidence, tokens, self._model.name)
                sure = _sure(written, after, context.style) if streams and not answer else ""
                if on_progress is not None and len(sure) > len(streamed) and _worth_a_key(sure):
                    streamed = sure
                    on_progress(Suggestion(sure, confidence, tokens, self._model.name))
            if (
                suggestion is not None
                and _worth_a_key(suggestion.text)
                and suggestion.text not in {s.text for s in answer}
            ):
                answer.append(suggestion)
            if len(answer) == settings.alternatives:
                break
        answer = [suggestion for suggestion in answer if suggestion.confidence >= threshold]
        self._cache[key] = answer
        if len(self._cache) > CACHED:
            self._cache.popitem(last=False)
        return list(answer)

    # -- reading the draft ---------------------------------------------------------------------------------------

    def _context(self, before: str) -> _Context:
        view = read(before)
        boundary = _word_boundary(view)
        head, typed = view[:boundary], view[boundary:]
        tokens = self._tokens(head)
        if not tokens:  # a model without BOS, and nothing written: it needs something to go on from
            tokens = self._model.tokenizer.encode("\n\n")
        return _Context(view, tokens, _bytes(typed), style_of(before[-STYLE_WINDOW:]))

    def _tokens(self, text: str) -> list[int]:
        """BOS and the tokens of `text`, each paragraph encoded once: the break between them is a token of its own."""
        tokenizer = self._model.tokenizer
        if self._tokenised[0] != text:
            *finished, last = text.split(PARAGRAPH)
            tokens = [*tokenizer.bos]
            for paragraph in finished:
                tokens += self._paragraph(paragraph)
            self._tokenised = (text, tokens + tokenizer.encode(last))
        return self._tokenised[1]

    # -- the model's steps ---------------------------------------------------------------------------------------

    def _openings(
        self, context: _Context, settings: SuggestionSettings, cancelled: Cancelled | None
    ) -> list[tuple[_Opening, int]]:
        """How each alternative begins, with its seed: the likeliest at temperature 0, a draw for each above.

        Twice as many as are asked for, since some may end in the same text.
        """

        def log_probabilities(path: tuple[int, ...]) -> Tensor:
            return self._without(self._silent, self._logits(context, path, cancelled)).log_softmax(-1)

        wanted = 2 * settings.alternatives
        count = wanted if settings.temperature == 0.0 else max(wanted, OPENINGS_DRAWN_FROM)
        pieces = self._model.tokenizer.pieces
        found = spellings(context.typed, self._vocabulary, pieces.__getitem__, log_probabilities, count)
        openings = [
            _Opening(spelling.tokens, spelling.log_probability - found.log_mass) for spelling in found.likeliest
        ]
        if settings.temperature == 0.0:
            branched = self._branched(context, openings, log_probabilities, wanted)
            return [(opening, settings.seed) for opening in branched]
        weights = torch.tensor([opening.log_probability for opening in openings])
        seeds = [settings.seed + SEED_STRIDE * number for number in range(wanted)]
        return [(openings[self._sampler(settings).choose(weights, _generator(seed))], seed) for seed in seeds]

    def _branched(
        self,
        context: _Context,
        openings: list[_Opening],
        log_probabilities: Callable[[tuple[int, ...]], Tensor],
        wanted: int,
    ) -> list[_Opening]:
        """The likeliest opening and, best first, the others: one that ends where the typing does branches by its next token."""
        if wanted <= 2 or not openings:
            return openings
        first, *others = openings
        decode = self._model.tokenizer.decode_bytes
        for opening in openings:
            if len(decode(opening.tokens)) == len(context.typed):
                best = log_probabilities(opening.tokens).topk(wanted)
                others += [
                    _Opening((*opening.tokens, token), opening.log_probability + value)
                    for value, token in zip(best.values.tolist(), best.indices.tolist(), strict=True)
                ]
        return [first, *sorted(others, key=lambda opening: -opening.log_probability)]

    def _continue(
        self, context: _Context, opening: _Opening, settings: SuggestionSettings, seed: int, cancelled: Cancelled | None
    ) -> Iterator[tuple[str, float, tuple[Token, ...]]]:
        """Grow one suggestion: yields its text in the view's typography, its log-probability and tokens, ever longer."""
        sampler, generator = self._sampler(settings), _generator(seed + 1)
        path, log_probability, shown = opening.tokens, opening.log_probability, ""
        tokens = self._opening_tokens(context, opening)
        for _ in range(TOKENS_PER_WORD * settings.length):
            raw = self._model.tokenizer.decode_bytes(path)[len(context.typed) :]
            text, finished = _trimmed(raw.decode("utf-8", "ignore"), context.view, settings.length)
            if len(text) > len(shown):
                shown = text
                yield text, log_probability, tuple(tokens)
            if finished:
                return
            logits = self._without(
                self._silent if not shown.strip() else self._control, self._logits(context, path, cancelled)
            )
            log_probabilities = logits.log_softmax(-1)
            chosen = sampler.choose(self._penalised(logits, context, path, settings), generator)
            if b"\n" in self._model.tokenizer.pieces[chosen] or self._stuck(path, chosen):
                return
            path = (*path, chosen)
            log_probability += float(log_probabilities[chosen])
            tokens.append(self._token(chosen, log_probabilities))

    def _logits(self, context: _Context, path: tuple[int, ...], cancelled: Cancelled | None) -> Tensor:
        def give_up_if_cancelled() -> None:
            if cancelled is not None and cancelled():
                raise CancelledError

        give_up_if_cancelled()
        start = self._session.window_start(len(context.tokens), len(path))
        return self._session.logits([*context.tokens, *path], start, give_up_if_cancelled)

    def _stuck(self, path: tuple[int, ...], chosen: int) -> bool:
        """Whether the model has begun to stammer: a sign twice running, or any token three times."""
        sign = not any(chr(byte).isalnum() for byte in self._model.tokenizer.pieces[chosen])
        return path[-1:] == (chosen,) and (sign or path[-2:] == (chosen, chosen))

    @staticmethod
    def _without(tokens: Tensor, logits: Tensor) -> Tensor:
        return logits.index_fill(0, tokens, -math.inf)

    @staticmethod
    def _sampler(settings: SuggestionSettings) -> Sampler:
        return Sampler(settings.temperature, settings.top_k, settings.top_p, settings.min_p)

    def _penalised(
        self, logits: Tensor, context: _Context, path: tuple[int, ...], settings: SuggestionSettings
    ) -> Tensor:
        if settings.repetition_penalty == 1.0:
            return logits
        recent = {*context.tokens[-PENALTY_WINDOW:], *path} & self._words
        return penalised(
            logits, torch.tensor(sorted(recent), dtype=torch.int64, device=logits.device), settings.repetition_penalty
        )

    # -- what the inspector shows --------------------------------------------------------------------------------

    def _opening_tokens(self, context: _Context, opening: _Opening) -> list[Token]:
        visible = self._model.tokenizer.decode_bytes(opening.tokens)[len(context.typed) :].decode("utf-8", "replace")
        return [Token(visible, math.exp(opening.log_probability))] if visible else []

    def _token(self, chosen: int, log_probabilities: Tensor) -> Token:
        best = log_probabilities.topk(SHOWN_ALTERNATIVES + 1)
        others = [
            (int(token), float(value))
            for token, value in zip(best.indices, best.values, strict=True)
            if int(token) != chosen
        ]
        decode = self._model.tokenizer.decode
        return Token(
            decode([chosen]),
            math.exp(float(log_probabilities[chosen])),
            tuple((decode([token]), math.exp(value)) for token, value in others[:SHOWN_ALTERNATIVES]),
        )


def _sure(text: str, after: str, style: Style) -> str:
    """What of an unfinished suggestion can be shown, for it will stay.

    Dots may become an ellipsis, and the last word one that repeats what follows.
    """
    if after.strip():
        text = text[: text.rfind(" ") + 1].rstrip()
    return text.rstrip(".") if style.ellipsis else text


def _worth_a_key(text: str) -> bool:
    """Whether taking it saves anything over typing it: a lone sign does not."""
    bare = text.strip()
    return len(bare) > 1 or bare.isalnum()


def _generator(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed % 2**63)


def _word_boundary(view: str) -> int:
    """Where the last word begins, the space before it included: what follows is spelt, not tokenised on its own.

    A word is a run of letters, of digits or of other signs: SentencePiece never joins these in one piece. Runs of more
    than TYPED_BYTES are cut there.
    """
    kind = _kind(view[-1:])
    start = len(view)
    while kind and start and _kind(view[start - 1]) == kind and len(_bytes(view[start - 1 :])) <= TYPED_BYTES:
        start -= 1
    return start - 1 if view[start - 1 : start] == " " else start


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "replace")  # half a character is no reason to fail


def _kind(character: str) -> str:
    if not character or character.isspace():
        return ""
    return "letter" if character.isalpha() else "digit" if character.isdigit() else "sign"


def _trimmed(text: str, before: str, length: int) -> tuple[str, bool]:
    """`text` up to the end of its first sentence and at most `length` words, and whether that end is sure."""
    end = sentence_end(text, before)
    if end is not None and (end < len(text) or count_words(text[:end]) > length):
        text = text[:end]
        return first_words(text, length), True
    if count_words(text) > length:
        return first_words(text, length), True
    return text.rstrip(), False
