"""Checkpoints: everything a run needs to go on as if it had not been interrupted. No pickle.

A checkpoint is a folder step-NNNNNNN of two files, written under another name and renamed when whole: tensors.safetensors
(weights, optimiser state, carried state, random state) and checkpoint.json (step, curves, hashes).
"""

import hashlib
import json
import os
import shutil
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import Tensor

from writer_app.durable import atomic_write, make_folder

KEPT = 2


def save_checkpoint(folder: Path, step: int, tensors: dict[str, Tensor], facts: dict[str, Any]) -> Path:
    """Write step-NNNNNNN under `folder`, then drop all but the newest two. Raises UserError; what was there stays."""
    final = folder / f"step-{step:07d}"
    draft = folder / f".step-{step:07d}.{os.getpid()}"
    for left in folder.glob(".step-*"):  # by a run that was killed while it wrote
        shutil.rmtree(left, ignore_errors=True)
    make_folder(draft)
    try:
        data = save({name: t.detach().contiguous() for name, t in tensors.items()})
        atomic_write(draft / "tensors.safetensors", data)
        atomic_write(
            draft / "checkpoint.json",
            json.dumps(facts | {"step": step, "sha256": hashlib.sha256(data).hexdigest()}).encode(),
        )
        if final.exists():  # damaged, or it would not be written again
            shutil.rmtree(final)
        draft.rename(final)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    for old in sorted(folder.glob("step-*"))[:-KEPT]:
        shutil.rmtree(old)
    return final


def load_newest(folder: Path) -> tuple[dict[str, Tensor], dict[str, Any], list[str]] | None:
    """Tensors and facts of the newest whole checkpoint and the names of damaged newer ones; None if there is none."""
    damaged: list[str] = []
    for path in sorted(folder.glob("step-*"), reverse=True):
        try:
            facts = json.loads((path / "checkpoint.json").read_text(encoding="utf-8"))
            data = (path / "tensors.safetensors").read_bytes()
            if hashlib.sha256(data).hexdigest() == facts["sha256"]:
                return load(data), facts, damaged
        except (OSError, ValueError, KeyError, TypeError, SafetensorError):
            pass  # counted as damaged below, and said so by the caller
        damaged.append(path.name)
    return None


def optimiser_tensors(optimiser: torch.optim.Optimizer, prefix: str) -> dict[str, Tensor]:
    """The tensors of an optimiser's state under `prefix`INDEX.NAME."""
    return {
        f"{prefix}{index}.{name}": torch.as_tensor(value)
        for index, values in optimiser.state_dict()["state"].items()
        for name, value in values.items()
    }


def restore_optimiser(optimiser: torch.optim.Optimizer, prefix: str, tensors: dict[str, Tensor]) -> None:
    """Put back what `optimiser_tensors` gave; hyper-parameters stay as they are."""
    state: dict[int, dict[str, Tensor]] = {}
    for key, tensor in tensors.items():
        if key.startswith(prefix):
            index, name = key.removeprefix(prefix).split(".", 1)
            state.setdefault(int(index), {})[name] = tensor
    optimiser.load_state_dict({"state": state, "param_groups": optimiser.state_dict()["param_groups"]})
