"""From documents to batches: nothing lost, nothing in both parts, nothing done twice."""

import errno
import itertools
import json
import lzma
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from tests.fakes import FaultyDisk
from tests.texts import story
from tests.training.runs import corpus_of, recipe
from writer_app.errors import UserError
from writer_app.training.corpus import Corpus, Lanes, Windows, prepare, read_documents
from writer_app.training.recipe import TokenizerRecipe

TEXTS = ["The rain.\n\nIt fell.", "„Grün“ — 灯塔", "", story(7)]


def lines(texts: list[str]) -> str:
    return "".join(json.dumps({"text": text, "title": "x"}) + "\n" for text in texts)


def documents_of(tokens: np.ndarray, corpus: Corpus) -> list[str]:
    starts = np.flatnonzero(tokens == corpus.tokenizer.bos_id)
    return [corpus.tokenizer.decode(part.tolist()) for part in np.split(np.asarray(tokens), starts[1:])]


# -- reading --------------------------------------------------------------------------------------------------------


def test_documents_are_read_from_lines_of_json_packed_or_not(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(lines(TEXTS), encoding="utf-8")
    (tmp_path / "a.jsonl.xz").write_bytes(lzma.compress(lines(TEXTS).encode()))

    assert list(read_documents(tmp_path / "a.jsonl")) == TEXTS
    assert list(read_documents(tmp_path / "a.jsonl.xz")) == TEXTS


def test_a_text_file_is_one_document(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes("The rain.\r\n\r\nIt fell, naïvely.".encode("cp1252"))

    assert list(read_documents(tmp_path / "a.txt")) == ["The rain.\n\nIt fell, naïvely."]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.jsonl", b'{"text": "one"}\n{"text": \n', 'line 2 is not JSON with a "text"'),
        ("a.jsonl", b'{"text": "one"}\n["two"]\n', "line 2 is not JSON"),
        ("a.jsonl", b'{"title": "one"}\n', "line 1 is not JSON"),
        ("a.jsonl", b'{"text": 3}\n', "line 1 is not JSON"),
        ("a.jsonl", b'{"text": "\xff"}\n', "cannot be read"),
        ("a.jsonl.xz", b"not packed at all", "cannot be read"),
        ("a.jsonl.xz", lzma.compress(lines(TEXTS).encode())[:-20], "cannot be read"),
        ("a.txt", b"\x00\x01\x02\x00\x00", "a.txt"),
    ],
)
def test_a_damaged_corpus_is_named_with_its_line(name: str, content: bytes, words: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(content)

    with pytest.raises(UserError) as caught:
        list(read_documents(path))

    assert words in caught.value.message
    assert str(path) in caught.value.message


def test_a_corpus_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"gone\.jsonl cannot be read: No such file"):
        prepare([tmp_path / "gone.jsonl"], recipe(), tmp_path / "cache")


# -- preparing ------------------------------------------------------------------------------------------------------


def test_every_document_goes_whole_into_one_part(stories_file: Path) -> None:
    corpus = corpus_of(stories_file, recipe())

    train, validation = documents_of(corpus.train, corpus), documents_of(corpus.validation, corpus)

    assert sorted(train + validation) == sorted(read_documents(stories_file))
    assert not set(train) & set(validation)
    assert corpus.facts["train_documents"] == len(train)
    assert corpus.facts["validation_characters"] == sum(map(len, validation))
    assert corpus.characters_per_token == pytest.approx(sum(map(len, validation)) / len(corpus.validation))


def test_a_document_stays_in_its_part_whatever_stands_beside_it(stories_file: Path, tmp_path: Path) -> None:
    before = corpus_of(stories_file, recipe())
    more = tmp_path / "more.jsonl"
    more.write_text(lines([story(seed) for seed in range(1000, 1020)]), encoding="utf-8")

    after = prepare([more, stories_file], recipe(), tmp_path / "cache")

    assert set(documents_of(before.validation, before)) <= set(documents_of(after.validation, after))


def test_a_prepared_corpus_is_found_again(stories_file: Path) -> None:
    first = corpus_of(stories_file, recipe())
    written = (first.folder / "train.bin").stat().st_mtime_ns

    again = corpus_of(stories_file, recipe(steps=7, learning_rate=0.5))

    assert again.folder == first.folder
    assert (first.folder / "train.bin").stat().st_mtime_ns == written
    assert again.tokenizer.model == first.tokenizer.model


def test_other_settings_or_other_text_make_another_corpus(stories_file: Path, tmp_path: Path) -> None:
    made = recipe()
    folders = {corpus_of(stories_file, made).folder}
    folders.add(corpus_of(stories_file, replace(made, validation_share=0.1)).folder)
    folders.add(corpus_of(stories_file, replace(made, tokenizer=TokenizerRecipe(vocabulary=400))).folder)

    assert len(folders) == 3


def test_two_files_of_one_name_are_not_mistaken_for_one(tmp_path: Path) -> None:
    for folder, seeds in (("one", range(30)), ("two", range(30, 60)), ("three", range(60, 90))):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.jsonl").write_text(lines([story(seed) for seed in seeds]), encoding="utf-8")
    made = replace(recipe(), validation_share=0.2)

    first = prepare([tmp_path / "one" / "a.jsonl", tmp_path / "two" / "a.jsonl"], made, tmp_path / "cache")
    second = prepare([tmp_path / "three" / "a.jsonl", tmp_path / "two" / "a.jsonl"], made, tmp_path / "cache")

    assert first.folder != second.folder
    assert story(65) not in documents_of(first.train, first) + documents_of(first.validation, first)


def test_a_preparation_that_was_cut_off_is_done_again(
    stories_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        FaultyDisk(patch, "write", errno.ENOSPC)
        with pytest.raises(UserError, match="the disk is full"):
            prepare([stories_file], recipe(), tmp_path / "cache")

    corpus = prepare([stories_file], recipe(), tmp_path / "cache")

    assert len(documents_of(corpus.train, corpus)) == corpus.facts["train_documents"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("corpus.json", b"{"),
        ("corpus.json", b"[]"),
        ("train.bin", b"\1\0"),
        ("tokenizer.model", b""),
        ("validation.bin", b""),
    ],
)
def test_a_damaged_preparation_is_made_again(name: str, content: bytes, stories_file: Path, tmp_path: Path) -> None:
    first = prepare([stories_file], recipe(), tmp_path)
    expected = documents_of(first.train, first)
    (first.folder / name).write_bytes(content)

    again = prepare([stories_file], recipe(), tmp_path)

    assert documents_of(again.train, again) == expected


@pytest.mark.parametrize(("share", "part"), [(0.0, "validation"), (1.0, "train")])
def test_a_corpus_without_one_of_the_parts_is_refused(
    share: float, part: str, stories_file: Path, tmp_path: Path
) -> None:
    with pytest.raises(UserError, match=f"Of 150 documents none went to the {part} part"):
        prepare([stories_file], replace(recipe(), validation_share=share), tmp_path / "cache")


def test_too_little_text_for_the_tokenizer_is_said_in_words(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Too short.")

    with pytest.raises(UserError, match="too little text to learn 420 pieces"):
        prepare([tmp_path / "a.txt"], recipe(), tmp_path / "cache")


# -- batches --------------------------------------------------------------------------------------------------------

TOKENS = np.arange(1001, dtype=np.uint16)


def test_windows_take_every_part_of_the_text_once_in_each_pass() -> None:
    windows = Windows(TOKENS, batch=4, length=10, seed=1)  # 100 windows, 25 steps a pass

    passes = [[windows.at(step)[0] for step in range(25 * n, 25 * (n + 1))] for n in range(2)]

    for batches in passes:
        rows = torch.cat(batches)
        assert sorted(rows[:, 0].tolist()) == list(range(0, 1000, 10))
        assert torch.equal(rows[:, 1:] - rows[:, :-1], torch.ones_like(rows[:, 1:]))
        assert rows.shape == (100, 11)
    assert not torch.equal(torch.cat(passes[0]), torch.cat(passes[1]))


def test_windows_of_a_step_depend_on_step_and_seed_alone() -> None:
    forwards = Windows(TOKENS, batch=4, length=10, seed=1)
    in_order = [forwards.at(step)[0] for step in range(60)]
    other = Windows(TOKENS, batch=4, length=10, seed=1)

    assert all(torch.equal(other.at(step)[0], in_order[step]) for step in (59, 3, 30, 24, 25))
    assert not torch.equal(Windows(TOKENS, batch=4, length=10, seed=2).at(0)[0], in_order[0])
    assert forwards.at(0)[1].all()


def test_lanes_read_on_where_they_stopped_and_begin_anew_with_each_pass() -> None:
    lanes = Lanes(TOKENS, batch=4, length=10, seed=1)  # lanes of 250 tokens, 24 steps a pass

    steps = [lanes.at(step) for step in range(49)]

    assert steps[0][0][:, 0].tolist() == [0, 250, 500, 750]
    for (now, _), (then, _) in itertools.pairwise(steps[:24]):
        assert torch.equal(now[:, -1], then[:, 0])
    assert torch.equal(steps[24][0], steps[0][0])
    assert steps[0][1].all()
    assert steps[24][1].all()
    assert steps[48][1].all()


def test_a_lane_forgets_now_and_then_the_same_way_each_time() -> None:
    lanes = Lanes(np.zeros(200_000, np.uint16), batch=32, length=5, seed=1)

    forgets = torch.cat([lanes.at(step)[1] for step in range(1, 500)])

    assert float(forgets.float().mean()) == pytest.approx(1 / 48, rel=0.2)
    assert torch.equal(Lanes(np.zeros(200_000, np.uint16), 32, 5, 1).at(77)[1], lanes.at(77)[1])


@pytest.mark.parametrize("batches", [Windows, Lanes])
def test_too_little_text_for_one_step_is_said_in_numbers(batches: type[Windows] | type[Lanes]) -> None:
    with pytest.raises(UserError, match="1001 tokens, too few for 200 "):
        batches(TOKENS, batch=200, length=10, seed=1)
