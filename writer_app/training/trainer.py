"""The training loop: one plain loop that can be killed at any moment and resumed to the same weights.

Everything a step depends on is in the checkpoint or follows from the step's number: weights, optimiser state, carried
state of recurrent networks, random state; the batch and the learning rate are functions of the step.
"""

import math
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from writer_app.errors import UserError
from writer_app.lm.device import bfloat16_pays, choose_device
from writer_app.lm.recurrent import Recurrent, RecurrentConfig, RecurrentState
from writer_app.lm.transformer import Transformer, TransformerConfig
from writer_app.training.checkpoint import load_newest, optimiser_tensors, restore_optimiser, save_checkpoint
from writer_app.training.corpus import Batches, Corpus, Lanes, Tokens, Windows
from writer_app.training.loss import linear_cross_entropy
from writer_app.training.optimiser import Muon, build_optimisers, schedule
from writer_app.training.recipe import ModelRecipe, Recipe

Report = Callable[[dict[str, Any]], None]
REPORT_EVERY = 20  # steps


def build_network(recipe: ModelRecipe, vocabulary: int) -> Transformer | Recurrent:
    """A network with random weights, as the recipe says."""
    if recipe.kind == "lstm":
        return Recurrent(RecurrentConfig(vocabulary, recipe.embedding, recipe.width, recipe.layers, recipe.dropout))
    return Transformer(
        TransformerConfig(
            vocab_size=vocabulary,
            hidden_size=recipe.width,
            intermediate_size=recipe.intermediate,
            num_hidden_layers=recipe.layers,
            num_attention_heads=recipe.heads,
            num_key_value_heads=recipe.key_value_heads,
            head_dim=recipe.width // recipe.heads,
            max_position_embeddings=recipe.context,
            qk_norm=True,
            dropout=recipe.dropout,
        )
    )


class Trainer:
    """Trains one network on one corpus; `run` may be called in a fresh process to go on from the newest checkpoint."""

    def __init__(self, recipe: Recipe, corpus: Corpus, folder: Path, report: Report, device: str = "auto") -> None:
        self.recipe, self.corpus, self.folder, self.report = recipe, corpus, folder, report
        training = recipe.training
        self.device = choose_device(device)
        torch.set_num_threads(training.threads)
        torch.manual_seed(training.seed)
        self.network = build_network(recipe.model, corpus.tokenizer.size).to(self.device)
        self.low_precision = training.precision == "bfloat16" or (
            training.precision == "auto" and bfloat16_pays(self.device)
        )
        self.optimisers = build_optimisers(
            self.network,
            training.optimiser,
            lr=training.learning_rate,
            matrix_lr=training.matrix_learning_rate,
            weight_decay=training.weight_decay,
            low_precision=self.low_precision,
        )
        self.full_rates = [[group["lr"] for group in optimiser.param_groups] for optimiser in self.optimisers]
        self.batches: Batches = (
            Lanes(corpus.train, training.batch, training.length, training.seed)
            if isinstance(self.network, Recurrent)
            else Windows(corpus.train, training.batch, training.length, training.seed)
        )
        self.carried: tuple[Tensor, Tensor] | None = None  # (h, c) of a recurrent network after the last step
        self.step = 0
        self.seconds = 0.0
        self.curve: list[dict[str, float]] = []
        hidden = self.network.hidden
        self._hidden = torch.compile(hidden) if training.compile and not self.batches.carries_state else hidden

    # -- checkpoints ---------------------------------------------------------------------------------------------

    def resume(self) -> bool:
        """Go on from the newest whole checkpoint; False if there is none."""
        found = load_newest(self.folder)
        if found is None:
            return False
        tensors, facts, damaged = found
        for name in damaged:
            self.report({"event": "damaged_checkpoint", "name": name})
        self._check_recipe(facts["recipe"])
        self._set_precision(
            facts.get("low_precision", self.low_precision)
        )  # not probed again: it would end in other weights
        self.network.load_state_dict(
            {name: tensors[f"network.{name}"] for name, _ in self.network.named_parameters()}, strict=False
        )
        for index, optimiser in enumerate(self.optimisers):
            restore_optimiser(optimiser, f"optimiser{index}.", tensors)
        torch.set_rng_state(tensors["random"])
        if "carried.h" in tensors:
            self.carried = (tensors["carried.h"].to(self.device), tensors["carried.c"].to(self.device))
        self.step, self.seconds, self.curve = facts["step"], facts["seconds"], facts["curve"]
        return True

    def _check_recipe(self, earlier: dict[str, Any]) -> None:
        now = asdict(self.recipe)
        for section in ("tokenizer", "model"):
            for key, value in now[section].items():
                if earlier[section].get(key, value) != value:
                    raise UserError(
                        f"The run in {self.folder} was begun with {key} = {earlier[section][key]!r} in [{section}], "
                        f"the recipe says {value!r}.",
                        "Set it back, or begin a new run in another folder.",
                    )

    def _set_precision(self, low: bool) -> None:
        self.low_precision = low
        for optimiser in self.optimisers:
            if isinstance(optimiser, Muon):
                optimiser.low_precision = low

    def save(self) -> None:
        """Write a checkpoint of this moment. Raises UserError where the weights are no numbers any more."""
        if not all(bool(parameter.isfinite().all()) for parameter in self.network.parameters()):
            raise _diverged("A weight is not a number", self.step)
        tensors: dict[str, Tensor] = {
            f"network.{name}": parameter for name, parameter in self.network.named_parameters()
        }
        for index, optimiser in enumerate(self.optimisers):
            tensors |= optimiser_tensors(optimiser, f"optimiser{index}.")
        tensors["random"] = torch.get_rng_state()
        if self.carried is not None:
            tensors |= {"carried.h": self.carried[0], "carried.c": self.carried[1]}
        save_checkpoint(
            self.folder,
            self.step,
            tensors,
            {
                "seconds": self.seconds,
                "curve": self.curve,
                "recipe": asdict(self.recipe),
                "low_precision": self.low_precision,
            },
        )

    # -- the loop ------------------------------------------------------------------------------------------------

    def run(self) -> None:
        """Train to the recipe's last step. Raises UserError where the loss is no longer a number."""
        training = self.recipe.training
        self.network.train()
        began, tokens = time.perf_counter(), 0
        while self.step < training.steps:
            loss = self._train_step()
            self.step += 1
            tokens += training.batch * training.length
            if self.step % REPORT_EVERY == 0 or self.step == training.steps:
                loss_value = self._checked(loss)
                elapsed = time.perf_counter() - began
                rate = tokens / elapsed
                left = (training.steps - self.step) * training.batch * training.length / rate
                self.report(
                    {
                        "event": "step",
                        "step": self.step,
                        "steps": training.steps,
                        "loss": loss_value,
                        "tokens_per_second": rate,
                        "seconds_left": left,
                    }
                )
                self.seconds, began, tokens = self.seconds + elapsed, time.perf_counter(), 0
            if self.step % training.validate_every == 0 or self.step == training.steps:
                self._validate()
            if self.step % training.checkpoint_every == 0 or self.step == training.steps:
                self.save()

    def _train_step(self) -> Tensor:
        training = self.recipe.training
        batch, anew = self.batches.at(self.step)
        batch = batch.to(self.device)
        scale = schedule(self.step, training.steps, training.warmup, training.decay)
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.low_precision):
            hidden = self._forward(batch[:, :-1], anew=anew.to(self.device))
        weight = self.network.head.weight
        loss = linear_cross_entropy(
            hidden.flatten(0, 1), weight, batch[:, 1:].flatten(), low_precision=self.low_precision
        )
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(self.network.parameters(), training.clip_norm)
        for optimiser, rates in zip(self.optimisers, self.full_rates, strict=True):
            for group, rate in zip(optimiser.param_groups, rates, strict=True):
                group["lr"] = rate * scale
            optimiser.step()
            optimiser.zero_grad(set_to_none=True)
        return loss.detach()

    def _forward(self, tokens: Tensor, *, anew: Tensor) -> Tensor:
        if not self.batches.carries_state:
            hidden: Tensor = self._hidden(tokens, None)
            return hidden
        assert isinstance(self.network, Recurrent)
        state = self.network.new_state(tokens.size(0))
        if self.carried is not None:
            keep = ~anew[None, :, None]
            state = RecurrentState({0: (self.carried[0] * keep, self.carried[1] * keep)})
        hidden = self.network.hidden(tokens, state)
        h, c = state.newest
        self.carried = (h.detach(), c.detach())
        return hidden

    def _checked(self, loss: Tensor) -> float:
        value = float(loss)
        if not math.isfinite(value):
            raise _diverged(f"The loss is {value}", self.step)
        return value

    # -- validation ----------------------------------------------------------------------------------------------

    def _validate(self) -> None:
        loss = mean_loss(
            self.network, self.corpus.validation[: self.recipe.training.validation_tokens], self.recipe.training.length
        )
        bits = loss / math.log(2) / self.corpus.characters_per_token
        self.curve.append({"step": self.step, "validation_loss": loss, "bits_per_character": bits})
        self.report({"event": "validation", "step": self.step, "loss": loss, "bits_per_character": bits})


def _diverged(what: str, step: int) -> UserError:
    return UserError(
        f"{what} at step {step}: training has diverged.", "Lower the learning rate and resume from the last checkpoint."
    )


@torch.inference_mode()
def mean_loss(network: Transformer | Recurrent, tokens: Tokens, length: int) -> float:
    """Mean loss, in nats a token, over plain windows: quick, for the curve; `evaluation.py` holds the measure that counts."""
    was_training = network.training
    network.eval()
    total, count = 0.0, 0
    try:
        for window in _windows(tokens, length):
            row = window.to(network.embedding.weight.device)
            logits = network.head(network.hidden(row[:, :-1], None))
            total += float(F.cross_entropy(logits.flatten(0, 1).float(), row[:, 1:].flatten(), reduction="sum"))
            count += row[:, 1:].numel()
    finally:
        network.train(was_training)
    return total / count


def _windows(tokens: Tokens, length: int) -> Iterator[Tensor]:
    length = min(length, len(tokens) - 1)
    for start in range(0, len(tokens) - 1, length * 16):
        part = torch.from_numpy(tokens[start : start + length * 16 + 1].astype("int64"))
        whole = (len(part) - 1) // length
        if whole:
            yield part[: whole * length + 1].unfold(0, length + 1, length)
