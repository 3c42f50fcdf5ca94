"""`writer-app suggest`."""

import argparse
import json
import time

import torch

from writer_app.errors import UserError
from writer_app.suggest import Suggester, SuggestionSettings


def suggest(options: argparse.Namespace) -> None:
    """Print the suggestions, a line each, or as JSON. Raises UserError for a bad model or setting."""
    try:
        settings = SuggestionSettings(
            temperature=options.temperature, length=options.length, alternatives=options.count, seed=options.seed
        )
    except ValueError as error:
        raise UserError(f"{error}.", "See writer-app suggest --help.") from error
    torch.set_num_threads(1)
    suggester = Suggester.open(options.model)
    began = time.perf_counter()
    found = suggester.suggest(options.before, options.after, settings)
    milliseconds = 1000 * (time.perf_counter() - began)
    if not options.json:
        for suggestion in found:
            print(suggestion.text)
        return
    answers = [
        {
            "text": suggestion.text,
            "confidence": suggestion.confidence,
            "tokens": [
                {"text": t.text, "probability": t.probability, "alternatives": t.alternatives}
                for t in suggestion.tokens
            ],
            "model": suggestion.model,
            "milliseconds": round(milliseconds, 2),
        }
        for suggestion in found
    ]
    print(json.dumps(answers, ensure_ascii=False))
