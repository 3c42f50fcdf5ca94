"""`writer-app pretrain`: from a recipe and corpus files to a model folder, through checkpoints.

The output folder holds checkpoints/ while training goes on, and the model folder's files when it is done.
"""

import platform
import shutil
import subprocess
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch

from writer_app.errors import UserError
from writer_app.lm.folder import save_model
from writer_app.training.calibrate import calibrate
from writer_app.training.corpus import prepare
from writer_app.training.recipe import Recipe
from writer_app.training.trainer import Trainer

CALIBRATION_TOKENS = 200_000  # of the validation split


def pretrain(
    recipe: Recipe,
    files: list[Path],
    output: Path,
    cache: Path,
    report: Callable[[dict[str, Any]], None],
    *,
    resume: bool,
    device: str = "auto",
) -> None:
    """Train a model as `recipe` says and write its folder to `output`.

    Without `resume` an output folder that has checkpoints is refused, so that no run is overwritten by mistake. Raises UserError.
    """
    checkpoints = output / "checkpoints"
    if not resume and any(checkpoints.glob("step-*")):
        raise UserError(f"{output} already holds a run.", "Go on with it with --resume, or choose another folder.")
    report({"event": "prepare", "files": [str(path) for path in files]})
    corpus = prepare(files, recipe, cache)
    report({"event": "corpus", **{key: value for key, value in corpus.facts.items() if key != "files"}})
    trainer = Trainer(recipe, corpus, checkpoints, report, device)
    if resume and trainer.resume():
        report({"event": "resume", "step": trainer.step})
    report(
        {
            "event": "start",
            "parameters": sum(p.numel() for p in trainer.network.parameters()),
            "low_precision": trainer.low_precision,
        }
    )
    trainer.run()
    trainer.network.eval()
    provenance = {
        "recipe": asdict(recipe),
        "corpus": corpus.facts,
        "seed": recipe.training.seed,
        "curve": trainer.curve,
        "device": trainer.device.type,
        "precision": "bfloat16" if trainer.low_precision else "float32",
        "seconds": round(trainer.seconds),
        "tokens": trainer.step * recipe.training.batch * recipe.training.length,
        "commit": _commit(),
        "torch": torch.__version__,
        "machine": platform.machine(),
        "finished": time.strftime("%Y-%m-%d"),
    }
    save_model(output, trainer.network, corpus.tokenizer, language=recipe.language, provenance=provenance)
    report({"event": "calibrate"})
    calibrate(output, [corpus.tokenizer.decode(corpus.validation[:CALIBRATION_TOKENS].tolist())])
    report({"event": "done", "output": str(output)})


def _commit() -> str:
    """The commit of the checkout this runs from; empty outside one."""
    git = shutil.which("git")
    if git is None:
        return ""
    command = [git, "-C", str(Path(__file__).parent), "rev-parse", "HEAD"]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()  # noqa: S603 - fixed words
