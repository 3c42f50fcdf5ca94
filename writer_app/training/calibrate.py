"""Measures what a model's probabilities are worth on held-out text, and writes generation.json into its folder.

At evenly spread moments of typing the suggestion is compared with what the writer wrote next. Logistic regression on
its log-probability (Platt 1999) gives the confidence; its quantiles give the thresholds of the show rate.
"""

import json
import math
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from writer_app.durable import atomic_write
from writer_app.suggest.calibration import FILE
from writer_app.suggest.suggester import Suggester
from writer_app.training.evaluation import fits, passages

EVERY = 11  # characters between the moments looked at
QUANTILES = 101


def calibrate(folder: Path, texts: Sequence[str], count: int = 60) -> None:
    """Measure the model in `folder` on `count` passages of `texts` and write its generation.json. Raises UserError.

    Text too short for a single passage leaves the model without one.
    """
    (folder / FILE).unlink(missing_ok=True)  # so that the suggester reports bare probabilities
    suggester = Suggester.open(folder, "cpu")
    log_probabilities, kept, tokens = [], [], 0
    began = time.perf_counter()
    for passage in passages(texts, count):
        for position in range(0, len(passage.text) - 60, EVERY):
            found = suggester.suggest(passage.context + passage.text[:position])
            if found:
                log_probabilities.append(math.log(max(found[0].confidence, 1e-30)))
                kept.append(float(fits(found[0].text, passage.text[position:])))
                tokens += len(found[0].tokens)
    if not kept:  # too little text: the model stays unmeasured
        return
    seconds = time.perf_counter() - began
    x = np.asarray(log_probabilities)
    slope, offset = platt(x, np.asarray(kept))
    confidence = 1 / (1 + np.exp(-(slope * x + offset)))
    facts = {
        "temperature": 0.0,
        "confidence": {
            "slope": slope,
            "offset": offset,
            "quantiles": [round(float(q), 6) for q in np.quantile(confidence, np.linspace(0, 1, QUANTILES))],
            "moments": len(kept),
            "kept": float(np.mean(kept)),
        },
        "tokens_per_second": round(tokens / seconds),
    }
    atomic_write(folder / FILE, json.dumps(facts, indent=1).encode() + b"\n")


def platt(x: npt.NDArray[np.float64], y: npt.NDArray[np.float64]) -> tuple[float, float]:
    """Slope and offset of the logistic regression of y (0 or 1) on x, by Newton's method.

    Targets are drawn in a little as Platt does, so that x that separates y perfectly still has an answer.
    """
    positive = float(y.sum())
    target = np.where(y > 0, (positive + 1) / (positive + 2), 1 / (len(y) - positive + 2))
    features = np.stack([x, np.ones_like(x)], 1)
    weights = np.array([1.0, 0.0])
    for _ in range(100):
        p = 1 / (1 + np.exp(-np.clip(features @ weights, -30, 30)))
        slope = features.T @ (p - target)
        curvature = features.T @ (features * (p * (1 - p))[:, None]) + 1e-9 * np.eye(2)
        step = np.linalg.solve(curvature, slope)
        weights = weights - np.clip(step, -2, 2)
        if np.abs(step).max() < 1e-9:
            break
    return float(weights[0]), float(weights[1])
