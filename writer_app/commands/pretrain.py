"""`writer-app pretrain`."""

import argparse
import json
import sys
import time
from typing import Any

from writer_app.paths import cache_folder
from writer_app.training.pretrain import pretrain as run
from writer_app.training.recipe import load_recipe


def pretrain(options: argparse.Namespace) -> None:
    """Train, reporting on stdout as JSON lines or as one line that changes. Raises UserError."""
    report = _json_line if options.progress == "jsonl" else _Bar()
    run(
        load_recipe(options.recipe),
        options.corpus,
        options.output,
        cache_folder(),
        report,
        resume=options.resume,
        device=options.device,
    )


def _json_line(event: dict[str, Any]) -> None:
    print(json.dumps(event), flush=True)


class _Bar:
    """Steps on one line that changes in place on a terminal; everything else on lines of its own."""

    def __call__(self, event: dict[str, Any]) -> None:
        if event["event"] == "step":
            left = time.strftime("%H:%M:%S", time.gmtime(event["seconds_left"]))
            line = (
                f"step {event['step']:,} of {event['steps']:,}   loss {event['loss']:.3f}   "
                f"{event['tokens_per_second']:,.0f} tokens/s   {left} left"
            )
            print(f"\r{line}   " if sys.stdout.isatty() else line, end="" if sys.stdout.isatty() else "\n", flush=True)
            return
        facts = "   ".join(f"{key.replace('_', ' ')} {_said(value)}" for key, value in event.items() if key != "event")
        print(f"{chr(10) if sys.stdout.isatty() else ''}{event['event'].replace('_', ' ')}: {facts}", flush=True)


def _said(value: object) -> str:
    return f"{value:.4f}" if isinstance(value, float) else f"{value:,}" if isinstance(value, int) else str(value)
