"""Where and in which precision to train: asked of the machine, not assumed."""

import time

import torch
import torch.nn.functional as F

from writer_app.errors import UserError


def choose_device(wanted: str = "auto") -> torch.device:
    """The device for "cpu", "cuda" or "auto". Raises UserError where CUDA is asked for and not there."""
    available = torch.cuda.is_available()
    if wanted == "cuda" and not available:
        reason = "this build of torch has no CUDA" if torch.version.cuda is None else "no CUDA device answers"
        raise UserError(
            f"CUDA was asked for, but {reason}.", "Choose the CPU, or install a CUDA build of torch as the README says."
        )
    return torch.device("cuda" if available and wanted != "cpu" else "cpu")


def bfloat16_pays(device: torch.device) -> bool:
    """Whether a bfloat16 product takes at most half the time of a float32 one: true with AMX and on CUDA, false on older CPUs."""
    if device.type == "cuda":
        return bool(torch.cuda.is_bf16_supported())

    def seconds(dtype: torch.dtype) -> float:
        x, weight = torch.ones(1024, 512, dtype=dtype), torch.ones(1024, 512, dtype=dtype)
        best = float("inf")
        for _ in range(5):
            start = time.perf_counter()
            F.linear(x, weight)
            best = min(best, time.perf_counter() - start)
        return best

    return 2 * seconds(torch.bfloat16) < seconds(torch.float32)
