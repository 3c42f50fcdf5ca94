"""The command line: `writer-app` and `python -m writer_app`. Without arguments it opens the window.

Each command imports what it needs when it runs, so that `--help` and `--version` answer at once. Exit codes: 0 done,
1 failed with one line on stderr, 2 wrong usage, 130 interrupted.
"""

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from writer_app import __version__
from writer_app.errors import UserError

COMMANDS = ("tour", "suggest", "evaluate", "pretrain", "models", "export", "bench")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        if given and given[0] in COMMANDS:
            options = _parser().parse_args(given)
            command: Callable[[argparse.Namespace], int] = options.run
            return command(options)
        window = _window_parser().parse_args(given)
        return _open_window(window)
    except UserError as error:
        print(f"writer-app: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _window_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="writer-app",
        description="Write stories; a local language model offers to go on.",
        epilog=f"Commands: {', '.join(COMMANDS)}. Each has its own --help.",
    )
    parser.add_argument("--version", action="version", version=f"writer-app {__version__}")
    parser.add_argument("file", nargs="?", help="the draft to open")
    return parser


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="writer-app")
    commands = parser.add_subparsers(required=True)

    tour = commands.add_parser("tour", help="a scripted tour through the application, without a display")
    tour.add_argument("--output", type=Path, default=Path("build/tour"), metavar="FOLDER")
    tour.set_defaults(run=_tour)

    suggest = commands.add_parser("suggest", help="ways to go on from a text")
    suggest.add_argument("--before", required=True, metavar="TEXT", help="the text before the cursor")
    suggest.add_argument("--after", default="", metavar="TEXT", help="the text after the cursor")
    suggest.add_argument("--model", default="base-en", help="a model's name or the path of a model folder")
    suggest.add_argument("--temperature", type=float, default=0.0, metavar="T", help="0 takes the likeliest")
    suggest.add_argument("--length", type=int, default=6, metavar="N", help="most words")
    suggest.add_argument("--count", type=int, default=1, metavar="N", help="how many alternatives")
    suggest.add_argument("--seed", type=int, default=0, metavar="S")
    suggest.add_argument("--json", action="store_true")
    suggest.set_defaults(run=_suggest)

    evaluate = commands.add_parser("evaluate", help="measure a model on held-out text")
    evaluate.add_argument("--model", required=True, help="a model's name or the path of a model folder")
    evaluate.add_argument("files", nargs="+", type=Path, metavar="FILE")
    evaluate.add_argument(
        "--bare",
        action="store_true",
        help="the network alone, without n-gram and memory (the models of today have neither)",
    )
    evaluate.add_argument("--only", metavar="MEASURE,...", help="only these measures")
    evaluate.add_argument(
        "--passages", type=int, default=60, metavar="N", help="passages typed by the simulated writer"
    )
    evaluate.add_argument("--json", action="store_true")
    evaluate.set_defaults(run=_evaluate)

    pretrain = commands.add_parser("pretrain", help="train a base model from a recipe and a corpus")
    pretrain.add_argument("recipe", type=Path, metavar="RECIPE.toml")
    pretrain.add_argument("--corpus", required=True, nargs="+", type=Path, metavar="FILE")
    pretrain.add_argument("--output", required=True, type=Path, metavar="FOLDER")
    pretrain.add_argument("--resume", action="store_true", help="go on from the newest checkpoint in FOLDER")
    pretrain.add_argument("--device", choices=("auto", "cpu", "cuda"), default="auto")
    pretrain.add_argument("--progress", choices=("jsonl", "bar"), default="bar")
    pretrain.set_defaults(run=_pretrain)

    models = commands.add_parser("models", help="the installed models")
    of_models = models.add_subparsers(required=True)
    listing = of_models.add_parser("list", help="list them")
    listing.add_argument("--json", action="store_true")
    listing.set_defaults(run=_list_models)

    export = commands.add_parser("export", help="turn a draft into another format")
    export.add_argument("source", type=Path, metavar="IN")
    export.add_argument("target", type=Path, metavar="OUT")
    export.add_argument("--to", metavar="FORMAT", help="md, txt, html, docx or pdf; by OUT's name unless given")
    export.set_defaults(run=_export)

    bench = commands.add_parser("bench", help="run the benchmarks of a checkout")
    bench.add_argument("names", nargs="*", metavar="NAME", help="some of them only")
    bench.set_defaults(run=_bench)
    return parser


# -- the window --------------------------------------------------------------------------------------------------


def _open_window(options: argparse.Namespace) -> int:
    from writer_app.app import run  # noqa: PLC0415 - Qt

    return run([options.file] if options.file else [])


def _tour(options: argparse.Namespace) -> int:
    from writer_app.app.tour import run_tour  # noqa: PLC0415 - Qt

    return run_tour(options.output)


# -- models ------------------------------------------------------------------------------------------------------


def _suggest(options: argparse.Namespace) -> int:
    from writer_app.commands.suggest import suggest  # noqa: PLC0415 - torch

    suggest(options)
    return 0


def _evaluate(options: argparse.Namespace) -> int:
    from writer_app.commands.evaluate import evaluate  # noqa: PLC0415 - torch

    evaluate(options)
    return 0


def _pretrain(options: argparse.Namespace) -> int:
    from writer_app.commands.pretrain import pretrain  # noqa: PLC0415 - torch

    pretrain(options)
    return 0


def _list_models(options: argparse.Namespace) -> int:
    from writer_app.models import list_models  # noqa: PLC0415 - not for --help

    models = list_models()
    if options.json:
        keys = ("name", "path", "model_type", "parameters", "language", "kind")
        print(
            json.dumps(
                [
                    {key: value if isinstance(value := getattr(m, key), int) else str(value) for key in keys}
                    for m in models
                ]
            )
        )
        return 0
    for m in models:
        print(f"{m.name:24} {m.kind:10} {m.model_type:14} {m.parameters / 1e6:6.1f}M  {m.language}  {m.path}")
    return 0


# -- drafts ------------------------------------------------------------------------------------------------------


def _export(options: argparse.Namespace) -> int:
    from writer_app.documents.export import export_file  # noqa: PLC0415 - not for --help
    from writer_app.paths import config_folder  # noqa: PLC0415
    from writer_app.settings import FILE_NAME, SettingsStore  # noqa: PLC0415

    author = SettingsStore(config_folder() / FILE_NAME).load().author
    for note in export_file(options.source, options.target, options.to, author=author):
        print(f"writer-app: {note}", file=sys.stderr)
    return 0


def _bench(options: argparse.Namespace) -> int:
    from writer_app.commands.bench import bench  # noqa: PLC0415 - not for --help

    return bench(options.names)
