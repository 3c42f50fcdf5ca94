"""Documents to tokens in memory-mapped files, split by document, and batches out of them.

A prepared corpus is a folder: tokenizer.model, train.bin, validation.bin (token ids, uint16) and corpus.json. It is
made once for each choice of documents and tokenizer settings and found again by their hash.
"""

import hashlib
import json
import lzma
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from writer_app.documents.files import read_text
from writer_app.durable import atomic_write, make_folder
from writer_app.errors import UserError, refused
from writer_app.lm.tokenizer import Tokenizer, train_tokenizer
from writer_app.training.recipe import Recipe

Tokens = npt.NDArray[np.uint16]
FORGET_SHARE = 1 / 48  # of the lanes, at each step
SAMPLE_LENGTH = 60_000  # characters taken of one document to learn the pieces


def read_documents(path: Path) -> Iterator[str]:
    """The texts of a corpus file: .jsonl or .jsonl.xz with one {"text": ...} a line, or one plain text document.

    Raises UserError with file and line where it cannot be read.
    """
    if not path.name.endswith((".jsonl", ".jsonl.xz")):
        yield read_text(path).text
        return
    try:
        with lzma.open(path, "rt", encoding="utf-8") if path.suffix == ".xz" else path.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                yield _text_of(line, path, number)
    except (OSError, lzma.LZMAError, EOFError, UnicodeDecodeError) as error:
        raise UserError(
            f"The corpus {path} cannot be read: {error}.", "Check that the file is there and whole."
        ) from error


def _text_of(line: str, path: Path, number: int) -> str:
    try:
        text = json.loads(line)["text"]
    except (json.JSONDecodeError, KeyError, TypeError):
        text = None
    if not isinstance(text, str):
        raise UserError(f'{path}, line {number} is not JSON with a "text".', "Each line holds one document.")
    return text


@dataclass(frozen=True)
class Corpus:
    """A prepared corpus; tokens are memory-mapped."""

    folder: Path
    tokenizer: Tokenizer
    train: Tokens
    validation: Tokens
    facts: dict[str, Any]  # documents, characters, hashes: what training.json tells

    @property
    def characters_per_token(self) -> float:
        """Of the validation part."""
        return float(self.facts["validation_characters"]) / len(self.validation)


def prepare(files: list[Path], recipe: Recipe, cache: Path) -> Corpus:
    """The prepared corpus of `files`, made in `cache` if it is not there whole. Raises UserError as `read_documents` does."""
    hashes: dict[str, str] = {}
    for at, path in enumerate(files):
        same = sum(path.name == other.name for other in files[:at])
        hashes[f"{path.name} ({same + 1})" if same else path.name] = _digest(path)
    settings = recipe.tokenizer
    key = hashlib.sha256(
        json.dumps([hashes, settings.vocabulary, settings.sample_characters, recipe.validation_share]).encode()
    ).hexdigest()[:16]
    folder = cache / f"corpus-{key}"
    if not _is_whole(folder):
        make_folder(folder)
        try:
            _write(files, recipe, folder, hashes)
        except OSError as error:
            raise refused("prepared", folder, error) from error
    facts = json.loads((folder / "corpus.json").read_text(encoding="utf-8"))
    tokenizer = Tokenizer((folder / "tokenizer.model").read_bytes())
    train, validation = (
        np.memmap(folder / f"{part}.bin", dtype=np.uint16, mode="r") for part in ("train", "validation")
    )
    return Corpus(folder, tokenizer, train, validation, facts)


def _is_whole(folder: Path) -> bool:
    try:
        facts = json.loads((folder / "corpus.json").read_text(encoding="utf-8"))
        sizes = {part: (folder / f"{part}.bin").stat().st_size for part in ("train", "validation")}
        Tokenizer((folder / "tokenizer.model").read_bytes())
        return all(size == facts[f"{part}_tokens"] * np.dtype(np.uint16).itemsize for part, size in sizes.items())
    except (OSError, ValueError, KeyError, TypeError):
        return False  # not made yet, or damaged: it can be made again


def _digest(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise UserError(f"The corpus {path} cannot be read: {error.strerror}.", "Check the path.") from error


def _write(files: list[Path], recipe: Recipe, folder: Path, hashes: dict[str, str]) -> None:
    tokenizer = train_tokenizer(_sample(files, recipe.tokenizer.sample_characters), recipe.tokenizer.vocabulary)
    counts = {f"{part}_{what}": 0 for part in ("train", "validation") for what in ("documents", "characters", "tokens")}
    with (folder / "train.bin").open("wb") as train, (folder / "validation.bin").open("wb") as validation:
        for path in files:
            for text in read_documents(path):
                held_out = (
                    int.from_bytes(hashlib.sha256(text.encode("utf-8", "replace")).digest()[:4])
                    < recipe.validation_share * 2**32
                )
                part, out = ("validation", validation) if held_out else ("train", train)
                ids = [*tokenizer.bos, *tokenizer.encode(text)]
                out.write(np.asarray(ids, dtype=np.uint16).tobytes())
                for what, count in (("documents", 1), ("characters", len(text)), ("tokens", len(ids))):
                    counts[f"{part}_{what}"] += count
    documents = counts["train_documents"] + counts["validation_documents"]
    for part in ("train", "validation"):
        if counts[f"{part}_tokens"] < 2:
            raise UserError(
                f"Of {documents:,} documents none went to the {part} part.",
                "Give more documents or another validation_share.",
            )
    atomic_write(folder / "tokenizer.model", tokenizer.model)
    atomic_write(
        folder / "corpus.json", json.dumps(counts | {"files": hashes}, indent=1).encode()
    )  # last: its presence says that all is there


def _sample(files: list[Path], characters: int) -> list[str]:
    """Beginnings of documents, evenly spread, of about `characters` in all."""
    beginnings = [text[:SAMPLE_LENGTH] for path in files for text in read_documents(path)]
    share = min(1.0, characters / max(1, sum(map(len, beginnings))))
    return [text for i, text in enumerate(beginnings) if int((i + 1) * share) > int(i * share)]


class Batches(Protocol):
    """Where the trainer gets its batches: the batch of a step depends on the step alone, so that a run can be resumed."""

    carries_state: bool

    def at(self, step: int) -> tuple[Tensor, Tensor]:
        """Tokens (B, T + 1) int64 of a step, and which rows (B,) bool begin anew rather than go on from the step before."""


class Windows:
    """Windows of T + 1 tokens in an order drawn anew for each pass over the corpus."""

    carries_state = False

    def __init__(self, tokens: Tokens, batch: int, length: int, seed: int) -> None:
        self.tokens, self.batch, self.length, self.seed = tokens, batch, length, seed
        self.count = (len(tokens) - 1) // length
        if self.count < batch:
            raise UserError(
                f"The corpus has {len(tokens)} tokens, too few for {batch} windows of {length}.",
                "Give more text or a smaller batch.",
            )
        self._order: tuple[int, npt.NDArray[np.int64]] = (-1, np.empty(0, np.int64))

    def at(self, step: int) -> tuple[Tensor, Tensor]:
        windows = np.arange(step * self.batch, (step + 1) * self.batch)
        rows = [self._window(*divmod(int(window), self.count)) for window in windows]
        return torch.from_numpy(np.stack(rows).astype(np.int64)), torch.ones(self.batch, dtype=torch.bool)

    def _window(self, epoch: int, position: int) -> Tokens:
        if self._order[0] != epoch:
            self._order = (epoch, np.random.default_rng((self.seed, epoch)).permutation(self.count))
        start = int(self._order[1][position]) * self.length
        return self.tokens[start : start + self.length + 1]


class Lanes:
    """B lanes side by side through the corpus, T tokens a step, for networks that carry their state from step to step.

    Now and then a lane forgets its state: a network that is never shown a beginning drifts into states from which no
    beginning can be read (measured: 5.0 nats in training, 18 on a text of its own).
    """

    carries_state = True

    def __init__(self, tokens: Tokens, batch: int, length: int, seed: int) -> None:
        self.steps = (len(tokens) // batch - 1) // length  # in one pass
        if self.steps < 1:
            raise UserError(
                f"The corpus has {len(tokens)} tokens, too few for {batch} lanes of {length}.",
                "Give more text or a smaller batch.",
            )
        self.lanes = np.asarray(tokens[: len(tokens) // batch * batch]).reshape(batch, -1)
        self.batch, self.length, self.seed = batch, length, seed

    def at(self, step: int) -> tuple[Tensor, Tensor]:
        start = step % self.steps * self.length
        tokens = torch.from_numpy(self.lanes[:, start : start + self.length + 1].astype(np.int64))
        forgets = np.random.default_rng((self.seed, step)).random(self.batch) < FORGET_SHARE
        return tokens, torch.from_numpy(forgets | (start == 0))
