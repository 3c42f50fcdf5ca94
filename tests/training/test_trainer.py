"""Runs that learn, are killed, run out of disk or diverge."""

import errno
import math
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import torch

from tests.fakes import FaultyDisk
from tests.training.runs import MODELS, corpus_of, recipe, trainer
from writer_app.errors import UserError
from writer_app.training import trainer as trainer_module
from writer_app.training.checkpoint import load_newest, save_checkpoint
from writer_app.training.trainer import Trainer, mean_loss

# Prints each step's report; in the middle of writing the checkpoint of the step that is given, or after that step,
# it stops and waits to be killed.
CHILD = """
import os, sys
from pathlib import Path
from tests.training.runs import trainer
kind, stories, folder, moment, step = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), sys.argv[4], int(sys.argv[5])

def wait_to_be_killed():
    print("ready", flush=True)
    sys.stdin.read()

run = trainer(kind, stories, folder)
if moment == "after a step":
    train_step = run._train_step
    def slow_step():
        loss = train_step()
        if run.step == step:
            wait_to_be_killed()
        return loss
    run._train_step = slow_step
else:
    fsync = os.fsync
    def slow_fsync(descriptor):
        if run.step == step and run.network.training:
            wait_to_be_killed()
        fsync(descriptor)
    os.fsync = slow_fsync
run.run()
"""


@pytest.fixture(scope="session")
def uninterrupted(stories_file: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, torch.Tensor]]:
    """All that the last checkpoint of a run holds which nothing disturbed, for each kind of network."""
    ends = {}
    for kind in MODELS:
        folder = tmp_path_factory.mktemp(kind)
        trainer(kind, stories_file, folder).run()
        ends[kind] = end_of(folder)
    return ends


def end_of(folder: Path) -> dict[str, torch.Tensor]:
    found = load_newest(folder)
    assert found is not None
    tensors, facts, _ = found
    assert facts["step"] == 40
    return tensors


def assert_same(ours: dict[str, torch.Tensor], expected: dict[str, torch.Tensor]) -> None:
    assert ours.keys() == expected.keys()
    for name, tensor in expected.items():
        assert torch.equal(ours[name], tensor), name


# -- learning -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "steps"), [("transformer", 80), ("lstm", 240)])
def test_a_network_learns_more_than_how_often_each_piece_occurs(
    kind: str, steps: int, stories_file: Path, tmp_path: Path
) -> None:
    reports: list[dict[str, Any]] = []
    run = trainer(kind, stories_file, tmp_path, reports.append, steps=steps, optimiser="muon")
    counts = Counter(run.corpus.validation.tolist())
    total = sum(counts.values())
    unigram_entropy = -sum(n / total * math.log(n / total) for n in counts.values())

    run.run()

    losses = [report["loss"] for report in reports if report["event"] == "step"]
    assert len(losses) == steps // 20
    assert losses[-1] < 0.6 * unigram_entropy < losses[0]
    assert mean_loss(run.network, run.corpus.validation, 24) < 0.6 * unigram_entropy


def test_what_is_reported_is_what_the_screen_needs(stories_file: Path, tmp_path: Path) -> None:
    reports: list[dict[str, Any]] = []
    run = trainer("transformer", stories_file, tmp_path, reports.append)

    run.run()

    steps = [report for report in reports if report["event"] == "step"]
    assert [(report["step"], report["steps"]) for report in steps] == [(20, 40), (40, 40)]
    assert all(report["tokens_per_second"] > 0 and report["seconds_left"] >= 0 for report in steps)
    assert steps[-1]["seconds_left"] == 0
    checks = [report for report in reports if report["event"] == "validation"]
    assert [report["step"] for report in checks] == [20, 40]
    expected = checks[-1]["loss"] / math.log(2) / run.corpus.characters_per_token
    assert checks[-1]["bits_per_character"] == pytest.approx(expected)
    assert [point["step"] for point in run.curve] == [20, 40]


def test_validation_shorter_than_a_window_is_measured_all_the_same(stories_file: Path, tmp_path: Path) -> None:
    run = trainer("transformer", stories_file, tmp_path, validation_tokens=9)

    run.run()

    assert run.curve[-1]["validation_loss"] == pytest.approx(mean_loss(run.network, run.corpus.validation[:9], 24))


# -- killed and resumed ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "killed"), [("transformer", ("while writing a checkpoint", 30)), ("lstm", ("after a step", 27))]
)
def test_a_run_that_is_killed_and_resumed_ends_in_the_same_weights(
    kind: str,
    killed: tuple[str, int],
    stories_file: Path,
    tmp_path: Path,
    uninterrupted: dict[str, dict[str, torch.Tensor]],
) -> None:
    command = [sys.executable, "-c", CHILD, kind, str(stories_file), str(tmp_path), *map(str, killed)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
        child.kill()
        assert child.wait(timeout=60) == -9

    run = trainer(kind, stories_file, tmp_path)
    assert run.resume()
    assert run.step == 20
    run.run()

    assert_same(end_of(tmp_path), uninterrupted[kind])
    assert sorted(path.name for path in tmp_path.iterdir()) == ["step-0000030", "step-0000040"]


@pytest.mark.parametrize("kind", MODELS)
@pytest.mark.parametrize("step", [1, 10, 19, 39])
def test_a_run_can_be_stopped_at_any_step(
    kind: str, step: int, stories_file: Path, tmp_path: Path, uninterrupted: dict[str, dict[str, torch.Tensor]]
) -> None:
    first = trainer(kind, stories_file, tmp_path)
    take_step = first._train_step

    def step_or_stop() -> torch.Tensor:
        if first.step == step:
            raise KeyboardInterrupt
        return take_step()

    first._train_step = step_or_stop  # type: ignore[method-assign]
    with pytest.raises(KeyboardInterrupt):
        first.run()

    second = trainer(kind, stories_file, tmp_path)
    assert second.resume() is (step >= 10)
    second.run()

    assert_same(end_of(tmp_path), uninterrupted[kind])


@pytest.mark.parametrize("damage", ["cut short", "one bit", "no facts", "facts of another kind"])
def test_a_damaged_newest_checkpoint_is_passed_over_and_named(
    damage: str, stories_file: Path, tmp_path: Path, uninterrupted: dict[str, dict[str, torch.Tensor]]
) -> None:
    trainer("transformer", stories_file, tmp_path).run()
    newest = tmp_path / "step-0000040"
    weights = newest / "tensors.safetensors"
    data = weights.read_bytes()
    match damage:
        case "cut short":
            weights.write_bytes(data[: len(data) // 2])
        case "one bit":
            weights.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
        case "no facts":
            (newest / "checkpoint.json").unlink()
        case _:
            (newest / "checkpoint.json").write_text("[]")
    reports: list[dict[str, Any]] = []

    run = trainer("transformer", stories_file, tmp_path, reports.append)
    assert run.resume()

    assert run.step == 30
    assert reports == [{"event": "damaged_checkpoint", "name": "step-0000040"}]
    run.run()
    assert_same(end_of(tmp_path), uninterrupted["transformer"])


def test_with_no_checkpoint_there_is_nothing_to_resume(stories_file: Path, tmp_path: Path) -> None:
    assert not trainer("transformer", stories_file, tmp_path / "nowhere").resume()


def test_a_run_is_not_resumed_with_another_network(stories_file: Path, tmp_path: Path) -> None:
    trainer("transformer", stories_file, tmp_path).run()
    made = recipe("transformer")
    other = type(made)(**vars(made) | {"model": type(made.model)(**vars(made.model) | {"width": 64})})

    with pytest.raises(UserError, match=r"was begun with width = 32 in \[model\], the recipe says 64"):
        Trainer(other, corpus_of(stories_file, made), tmp_path, lambda _: None, "cpu").resume()


def test_a_run_goes_on_in_the_precision_it_began_with(
    stories_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The probe is a matter of a moment's load: another answer would end in other weights."""
    monkeypatch.setattr(trainer_module, "bfloat16_pays", lambda _: True)
    first = trainer("transformer", stories_file, tmp_path, precision="auto", steps=10)
    first.run()
    monkeypatch.setattr(trainer_module, "bfloat16_pays", lambda _: False)

    second = trainer("transformer", stories_file, tmp_path, precision="auto", steps=20)
    assert not second.low_precision
    second.resume()

    assert first.low_precision
    assert second.low_precision
    assert [getattr(optimiser, "low_precision", None) for optimiser in second.optimisers] == [None, True]


# -- what goes wrong ------------------------------------------------------------------------------------------------


def test_a_full_disk_leaves_the_older_checkpoints_and_the_run_can_go_on(
    stories_file: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    uninterrupted: dict[str, dict[str, torch.Tensor]],
) -> None:
    run = trainer("transformer", stories_file, tmp_path)
    with monkeypatch.context() as patch:
        save = run.save

        def save_until_full() -> None:
            if run.step == 30:
                FaultyDisk(patch, "write", errno.ENOSPC)
            save()

        run.save = save_until_full  # type: ignore[method-assign]
        with pytest.raises(UserError, match="the disk is full"):
            run.run()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["step-0000010", "step-0000020"]

    again = trainer("transformer", stories_file, tmp_path)
    assert again.resume()
    again.run()

    assert_same(end_of(tmp_path), uninterrupted["transformer"])


def test_the_newest_two_checkpoints_are_kept_and_leavings_of_a_killed_run_removed(tmp_path: Path) -> None:
    (tmp_path / ".step-0000009.4711").mkdir()
    for step in (10, 20, 30):
        save_checkpoint(tmp_path, step, {"w": torch.ones(2)}, {"seconds": 1.0})

    assert sorted(path.name for path in tmp_path.iterdir()) == ["step-0000020", "step-0000030"]
    found = load_newest(tmp_path)
    assert found is not None
    assert found[1]["step"] == 30
    assert found[0]["w"].tolist() == [1.0, 1.0]


def test_a_loss_that_is_no_number_stops_the_run_with_words(stories_file: Path, tmp_path: Path) -> None:
    run = trainer("transformer", stories_file, tmp_path, checkpoint_every=1000)
    with torch.no_grad():
        run.network.norm.weight.fill_(math.nan)  # type: ignore[union-attr, operator]

    with pytest.raises(UserError, match=r"The loss is nan at step 20: training has diverged.*Lower the learning rate"):
        run.run()


def test_weights_that_are_no_numbers_never_replace_a_checkpoint(stories_file: Path, tmp_path: Path) -> None:
    run = trainer("transformer", stories_file, tmp_path, checkpoint_every=5)
    take_step = run._train_step

    def step_and_break() -> torch.Tensor:
        loss = take_step()
        if run.step == 12:
            with torch.no_grad():
                run.network.embedding.weight[0, 0] = math.inf
        return loss

    run._train_step = step_and_break  # type: ignore[method-assign]

    with pytest.raises(UserError, match="A weight is not a number at step 15: training has diverged"):
        run.run()

    found = load_newest(tmp_path)
    assert found is not None
    assert found[1]["step"] == 10
