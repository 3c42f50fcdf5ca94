"""The measures of a language model on held-out text: how well it predicts, and how many keystrokes it saves.

Definitions stand in docs/measures.md; two people who measure the same model on the same text get the same number. Every
measure comes as a value with a 95 % interval.
"""

import math
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence

from writer_app.lm import LoadedModel
from writer_app.lm.recurrent import Recurrent, RecurrentState
from writer_app.suggest import SuggestionSettings
from writer_app.suggest.suggester import Suggester

PASSAGES, PASSAGE_LENGTH, CONTEXT_LENGTH = 60, 400, 1500  # the last two in characters
LONGEST_MATCH = 5  # words
RESAMPLES = 1000
BATCH = 8  # windows scored at a time
RECURRENT_STEP, SIDE_BY_SIDE = 64, 32  # tokens read at a time, the state carried on, and texts next to each other

MEASURES = (
    "bits_per_character",
    "perplexity_per_token",
    "top1_next_word",
    *(f"exact_match_{n}" for n in range(1, LONGEST_MATCH + 1)),
    "keystrokes_saved",
    "precision",
    "show_rate",
)


@dataclass(frozen=True)
class Measure:
    """A value and its 95 % interval."""

    value: float
    low: float
    high: float


def ratio(parts: Sequence[tuple[float, float]]) -> Measure:
    """Sum of numerators over sum of denominators, with a percentile bootstrap (Efron 1979) over the parts; seeded.

    Where the denominators sum to 0 there was nothing to measure: the value is nan.
    """
    pairs = np.asarray(parts, dtype=np.float64).reshape(-1, 2)
    total = pairs.sum(0)
    if total[1] == 0:
        return Measure(math.nan, math.nan, math.nan)
    drawn = pairs[np.random.default_rng(0).integers(0, len(pairs), (RESAMPLES, len(pairs)))].sum(1)
    drawn = drawn[drawn[:, 1] > 0]
    low, high = np.percentile(drawn[:, 0] / drawn[:, 1], [2.5, 97.5])
    return Measure(float(total[0] / total[1]), float(low), float(high))


# -- how well it predicts ----------------------------------------------------------------------------------------


@torch.inference_mode()
def negative_log_likelihood(model: LoadedModel, text: str) -> Tensor:
    """Of each token of `text`, in nats (N,): BOS is given, not scored.

    A Transformer reads windows as long as its context that advance by half of it; each token is scored once, with at
    least half a context before it except at the start. A recurrent network reads on with its state.
    """
    network = model.network
    tokens = _tokens(model, text)
    if len(tokens) < 2:
        return torch.empty(0)
    if isinstance(network, Recurrent):
        return _carried(network, [tokens])[0]
    context = network.context
    half = context // 2
    parts = [_scored(model, tokens[None, : context + 1])[0]]
    starts = list(range(half, len(tokens) - 1 - half, half))
    full = [start for start in starts if start + context + 1 <= len(tokens)]
    for at in range(0, len(full), BATCH):
        rows = torch.stack([tokens[start : start + context + 1] for start in full[at : at + BATCH]])
        parts.append(_scored(model, rows)[:, context - half :].flatten())
    parts += [_scored(model, tokens[None, start:])[0, context - half :] for start in starts[len(full) :]]
    return torch.cat(parts).cpu()


def _scored(model: LoadedModel, rows: Tensor) -> Tensor:
    """rows (B, T + 1) -> nats of tokens 1..T (B, T)."""
    logits, _ = model.network(rows[:, :-1])
    return F.cross_entropy(logits.transpose(1, 2), rows[:, 1:], reduction="none")


@torch.inference_mode()
def _carried(network: Recurrent, rows: list[Tensor]) -> list[Tensor]:
    """Nats of tokens 1..N of each row (N + 1,), read side by side, each with its own state."""
    order = sorted(range(len(rows)), key=lambda row: -len(rows[row]))  # those that end first stand last
    parts: list[list[Tensor]] = [[] for _ in rows]
    hidden, cell = network.new_state(len(rows)).newest
    for start in range(0, len(rows[order[0]]) - 1, RECURRENT_STEP):
        going_on = [row for row in order if len(rows[row]) - 1 > start]
        state = RecurrentState({0: (hidden[:, : len(going_on)], cell[:, : len(going_on)])})
        window = [rows[row][start : start + RECURRENT_STEP + 1] for row in going_on]
        tokens = pad_sequence(window, batch_first=True)
        logits, _ = network(tokens[:, :-1], state)
        nats = F.cross_entropy(logits.transpose(1, 2), tokens[:, 1:], reduction="none")
        hidden, cell = state.newest
        for row, part, scored in zip(going_on, window, nats, strict=True):
            parts[row].append(scored[: len(part) - 1].cpu())
    return [torch.cat(part) if part else torch.empty(0) for part in parts]


def _many(model: LoadedModel, texts: Iterable[str]) -> Iterator[tuple[str, Tensor]]:
    """Each text with the nats of its tokens. A recurrent network reads texts side by side: one alone keeps a core half idle."""
    if not isinstance(model.network, Recurrent):
        yield from ((text, negative_log_likelihood(model, text)) for text in texts)
        return
    texts = list(texts)
    for at in range(0, len(texts), SIDE_BY_SIDE):
        some = texts[at : at + SIDE_BY_SIDE]
        yield from zip(some, _carried(model.network, [_tokens(model, text) for text in some]), strict=True)


def _tokens(model: LoadedModel, text: str) -> Tensor:
    return torch.tensor(model.tokenizer.bos + model.tokenizer.encode(text), device=model.device)


def prediction(model: LoadedModel, texts: Iterable[str], progress: Callable[[int], None]) -> dict[str, Measure]:
    """bits_per_character and perplexity_per_token over documents. progress is told the characters scored so far."""
    by_character, by_token, done = [], [], 0
    for text, nats in _many(model, texts):
        by_character.append((float(nats.double().sum()) / math.log(2), float(len(text))))
        by_token.append((float(nats.double().sum()), float(len(nats))))
        done += len(text)
        progress(done)
    per_token = ratio(by_token)
    return {
        "bits_per_character": ratio(by_character),
        "perplexity_per_token": Measure(*(math.exp(x) for x in (per_token.value, per_token.low, per_token.high))),
    }


# -- how much it saves -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Passage:
    """`text` is what the simulated writer types after `context`."""

    context: str
    text: str


def passages(texts: Sequence[str], count: int = PASSAGES) -> list[Passage]:
    """`count` passages of 400 characters, evenly spread, each after up to 1,500 characters of context.

    The i-th begins at the share (i + 0.5)/count of all the text, moved on to the next space.
    """
    whole = "\n\n".join(texts)
    found = []
    for i in range(count):
        start = whole.find(" ", int((i + 0.5) / count * len(whole)))
        text = whole[start : start + PASSAGE_LENGTH] if start >= 0 else ""
        if text:
            found.append(Passage(whole[max(0, start - CONTEXT_LENGTH) : start], text))
    return found


def next_word(text: str) -> str:
    """The leading space and all up to the next space: what Ctrl+Right accepts."""
    match = re.match(r"\s*\S+", text)
    return match.group() if match else text


def fits(accepted: str, written: str) -> bool:
    """Whether `accepted` is what comes next and ends at a word boundary there."""
    if not accepted or not written.startswith(accepted):
        return False
    following = written[len(accepted) : len(accepted) + 1]
    return not (following.isalnum() and accepted[-1].isalnum())


@dataclass(frozen=True)
class Typed:
    """What typing one passage came to."""

    keys: int
    characters: int
    shown: int
    accepted: int
    moments: int


def type_passage(suggester: Suggester, passage: Passage, settings: SuggestionSettings) -> Typed:
    """Type a passage as DESIGN's simulated writer does, looking at the ghost before each keystroke."""
    position = keys = shown = accepted = 0
    while position < len(passage.text):
        keys += 1
        written = passage.text[position:]
        found = suggester.suggest(passage.context + passage.text[:position], settings=settings)
        ghost = found[0].text if found else ""
        shown += bool(ghost)
        word = next_word(ghost)
        step = ghost if fits(ghost, written) else word if len(word) > 1 and fits(word, written) else ""
        accepted += bool(step)
        position += len(step) or 1
    return Typed(keys, len(passage.text), shown, accepted, keys)


def keystrokes(suggester: Suggester, found: Sequence[Passage], progress: Callable[[int], None]) -> dict[str, Measure]:
    """keystrokes_saved, precision and show_rate over passages. progress is told how many are done."""
    results = []
    for done, passage in enumerate(found, 1):
        results.append(type_passage(suggester, passage, SuggestionSettings()))
        progress(done)
    return {
        "keystrokes_saved": ratio([(r.characters - r.keys, r.characters) for r in results]),
        "precision": ratio([(r.accepted, r.shown) for r in results]),
        "show_rate": ratio([(r.shown, r.moments) for r in results]),
    }


def exact_matches(
    suggester: Suggester, found: Sequence[Passage], progress: Callable[[int], None]
) -> dict[str, Measure]:
    """top1_next_word and exact_match_1 .. 5 at every word start of the passages.

    ExactMatch-N: the first N words suggested equal the next N written. top1_next_word leaves punctuation aside.
    """
    settings = SuggestionSettings(length=LONGEST_MATCH)
    rows: list[list[float]] = []
    for done, passage in enumerate(found, 1):
        counts = [0.0] * (LONGEST_MATCH + 2)  # top-1, match 1..5, word starts
        for start in re.finditer(r"(?<=[ \n])(?=\S)", passage.text):
            written = passage.text[start.start() :].split()
            if len(written) <= LONGEST_MATCH:
                break  # the last word may be cut
            answer = suggester.suggest(passage.context + passage.text[: start.start()], settings=settings)
            words = answer[0].text.split() if answer else []
            counts[0] += bool(words) and _bare(words[0]) == _bare(written[0])
            for n in range(1, LONGEST_MATCH + 1):
                counts[n] += words[:n] == written[:n]
            counts[-1] += 1
        rows.append(counts)
        progress(done)
    names = ["top1_next_word", *(f"exact_match_{n}" for n in range(1, LONGEST_MATCH + 1))]
    return {name: ratio([(row[i], row[-1]) for row in rows]) for i, name in enumerate(names)}


def _bare(word: str) -> str:
    return re.sub(r"^\W+|\W+$", "", word)
