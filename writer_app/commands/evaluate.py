"""`writer-app evaluate`."""

import argparse
import json
import math
import sys
from collections.abc import Callable
from dataclasses import asdict

import torch

from writer_app.errors import UserError
from writer_app.lm import load_model
from writer_app.suggest.suggester import Suggester
from writer_app.training.corpus import read_documents
from writer_app.training.evaluation import MEASURES, Measure, exact_matches, keystrokes, passages, prediction


def evaluate(options: argparse.Namespace) -> None:
    """Print the measures, a line each, or as JSON. Raises UserError for a bad model, file or measure."""
    wanted = options.only.split(",") if options.only else list(MEASURES)
    unknown = [name for name in wanted if name not in MEASURES]
    if unknown:
        raise UserError(f"There is no measure called {unknown[0]}.", f"The measures are {', '.join(MEASURES)}.")
    if options.passages < 1:
        raise UserError(f"--passages cannot be {options.passages}.", "Give at least 1.")
    torch.set_num_threads(1)
    model = load_model(options.model)
    texts = [text for path in options.files for text in read_documents(path) if text]
    if not texts:
        raise UserError("There is no text in these files.", "Give files with some.")
    found: dict[str, Measure] = {}
    if {"bits_per_character", "perplexity_per_token"} & set(wanted):
        found |= prediction(model, texts, _progress("characters scored", sum(map(len, texts))))
    sample = passages(texts, options.passages)
    if any(name.startswith(("exact", "top1")) for name in wanted):
        found |= exact_matches(Suggester(model), sample, _progress("passages matched", len(sample)))
    if {"keystrokes_saved", "precision", "show_rate"} & set(wanted):
        found |= keystrokes(Suggester(model), sample, _progress("passages typed", len(sample)))
    if options.json:
        print(
            json.dumps({name: {key: _finite(value) for key, value in asdict(found[name]).items()} for name in wanted})
        )
        return
    for name in wanted:
        print(f"{name:22} {found[name].value:8.4f}   95 % interval {found[name].low:.4f} to {found[name].high:.4f}")


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _progress(what: str, total: int) -> Callable[[int], None]:
    """A line on stderr that counts up, where someone watches."""

    def show(done: int) -> None:
        if sys.stderr.isatty():
            print(f"\r{done:,} of {total:,} {what}", end="\n" if done >= total else "", file=sys.stderr, flush=True)

    return show
