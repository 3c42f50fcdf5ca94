"""Model folders: what is saved comes back, and what is wrong with one is said in words that name the file."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file

from tests.lm.networks import FAMILIES, drawn, tokens
from writer_app.errors import UserError
from writer_app.lm import folder as folder_module
from writer_app.lm import load_model
from writer_app.lm.device import choose_device
from writer_app.lm.folder import save_model
from writer_app.lm.recurrent import Recurrent, RecurrentConfig
from writer_app.lm.tokenizer import Tokenizer, train_tokenizer
from writer_app.lm.transformer import Transformer, TransformerConfig
from writer_app.models import list_models


def network_of(family: str, vocabulary: int) -> Transformer | Recurrent:
    if family == "lstm":
        return drawn(Recurrent(RecurrentConfig(vocabulary, 12, 20, 2)))
    return drawn(Transformer(TransformerConfig(**vars(FAMILIES[family]) | {"vocab_size": vocabulary})))


@pytest.fixture
def saved(tokenizer: Tokenizer, tmp_path: Path) -> Callable[[str], Path]:
    def save(family: str) -> Path:
        path = tmp_path / "models" / family
        save_model(path, network_of(family, tokenizer.size), tokenizer, language="en", provenance={"seed": 1})
        return path

    return save


def change(path: Path, **changes: Any) -> None:
    value = json.loads(path.read_text()) | changes
    path.write_text(json.dumps({key: entry for key, entry in value.items() if entry is not None}))


def complaint(path: Path | str, device: str = "cpu") -> str:
    with pytest.raises(UserError) as caught:
        load_model(path, device)
    assert caught.value.remedy
    return caught.value.message


@pytest.mark.parametrize("family", [*FAMILIES, "lstm"])
def test_a_saved_model_comes_back_but_for_the_sixteen_bits(
    family: str, saved: Callable[[str], Path], tokenizer: Tokenizer
) -> None:
    original = network_of(family, tokenizer.size)
    with torch.no_grad():
        for parameter in original.parameters():
            parameter.copy_(parameter.bfloat16())

    loaded = load_model(saved(family), "cpu")

    assert torch.equal(loaded.network(tokens(1, 30))[0], original(tokens(1, 30))[0])
    assert loaded.tokenizer.encode("The rain") == tokenizer.encode("The rain")
    assert not loaded.network.training
    assert loaded.parameters == sum(parameter.numel() for parameter in original.parameters())
    assert (loaded.name, loaded.language, loaded.device.type) == (family, "en", "cpu")
    assert loaded.model_type == {"grouped": "llama", "lstm": "writer-lstm"}.get(family, family)


@pytest.mark.parametrize("family", ["grouped", "lstm"])
def test_large_weights_are_spread_over_shards_that_an_index_names(
    family: str, saved: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = load_model(saved(family), "cpu")
    monkeypatch.setattr(folder_module, "SHARD", 9000)

    path = saved(family)
    (path / "model.safetensors").unlink()

    index = json.loads((path / "model.safetensors.index.json").read_text())
    shards = sorted(path.glob("model-*.safetensors"))
    assert len(shards) > 2
    assert shards[0].name == f"model-00001-of-{len(shards):05}.safetensors"
    for shard in shards:
        assert {name for name, place in index["weight_map"].items() if place == shard.name} == set(load_file(shard))
    assert index["metadata"]["total_size"] == sum(t.nbytes for shard in shards for t in load_file(shard).values())
    assert torch.equal(load_model(path, "cpu").network(tokens(1, 9))[0], whole.network(tokens(1, 9))[0])


def test_weights_carry_the_names_that_other_tools_know(saved: Callable[[str], Path]) -> None:
    weights = load_file(saved("qwen3") / "model.safetensors")

    assert {name for name in weights if ".0." in name or "layers" not in name} == {
        "model.embed_tokens.weight",
        "model.norm.weight",
        *(f"model.layers.0.self_attn.{part}_proj.weight" for part in "qkvo"),
        *(f"model.layers.0.self_attn.{part}_norm.weight" for part in "qk"),
        *(f"model.layers.0.mlp.{part}_proj.weight" for part in ("gate", "up", "down")),
        "model.layers.0.input_layernorm.weight",
        "model.layers.0.post_attention_layernorm.weight",
    }
    assert {tensor.dtype for tensor in weights.values()} == {torch.bfloat16}


def test_a_model_is_found_by_its_name_in_the_users_folder(
    saved: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = saved("lstm")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    shutil.copytree(path, tmp_path / "data" / "writer-app" / "models" / "mine")

    assert load_model("mine", "cpu").model_type == "writer-lstm"
    mine = next(model for model in list_models() if model.name == "mine")
    assert (mine.kind, mine.language, mine.parameters) == ("base", "en", load_model("mine").parameters)


# -- what is wrong is said ------------------------------------------------------------------------------------------


def test_a_name_that_is_no_model_names_those_there_are(saved: Callable[[str], Path]) -> None:
    assert complaint("no-such-model") == "There is no model called no-such-model."
    assert complaint(saved("lstm").parent / "nowhere").endswith("nowhere.")


@pytest.mark.parametrize("name", ["config.json", "tokenizer.model", "model.safetensors"])
def test_a_missing_file_is_named(name: str, saved: Callable[[str], Path]) -> None:
    path = saved("qwen3")
    (path / name).unlink()

    message = complaint(path)

    assert name in message
    assert "No such file" in message


@pytest.mark.parametrize("size", [0, 4, 200, 5000])
def test_weights_that_are_cut_short_are_named(size: int, saved: Callable[[str], Path]) -> None:
    path = saved("qwen3") / "model.safetensors"
    path.write_bytes(path.read_bytes()[:size])

    assert f"{path} are damaged or cut short" in complaint(path.parent)


def test_a_foreign_file_in_the_weights_place_is_refused(saved: Callable[[str], Path]) -> None:
    path = saved("qwen3") / "model.safetensors"
    path.write_bytes(b"PK\x03\x04" + b"not weights at all, and no pickle is opened either" * 200)

    assert f"{path} are damaged or cut short" in complaint(path.parent)


def test_a_foreign_file_in_the_tokenizers_place_is_refused(saved: Callable[[str], Path]) -> None:
    path = saved("qwen3")
    (path / "tokenizer.model").write_bytes(b'{"model": "something else"}')

    assert "tokenizer.model is not a SentencePiece model" in complaint(path)


@pytest.mark.parametrize("family", ["qwen3", "lstm"])
def test_weights_of_another_shape_are_refused_in_numbers(family: str, saved: Callable[[str], Path]) -> None:
    path = saved(family)
    size = {"qwen3": "intermediate_size", "lstm": "hidden_size"}[family]
    change(path / "config.json", **{size: 56})

    message = complaint(path)

    assert "do not fit config.json" in message
    assert "56" in message or "224" in message
    assert {"qwen3": "mlp.gate_proj.weight should be (56, 24), the file has (40, 24)", "lstm": "(224, 12)"}[
        family
    ] in message


@pytest.mark.parametrize("family", ["qwen3", "lstm"])
def test_missing_weights_are_named(family: str, saved: Callable[[str], Path]) -> None:
    path = saved(family)
    change(path / "config.json", num_hidden_layers=4)

    message = complaint(path)

    assert "the file has no " in message
    assert {"qwen3": "model.layers.3.", "lstm": "lstm.weight_ih_l2"}[family] in message


def test_weights_that_would_be_left_unused_are_refused(saved: Callable[[str], Path]) -> None:
    """Llama with biases on the output of attention, say: it would load, and compute something else."""
    path = saved("llama")
    (path / "training.json").unlink()
    weights = load_file(path / "model.safetensors")
    save_file(weights | {"model.layers.0.self_attn.o_proj.bias": torch.zeros(24)}, path / "model.safetensors")

    assert "the file has model.layers.0.self_attn.o_proj.bias, which this kind of model does not" in complaint(path)


def test_a_tied_head_that_stands_on_file_all_the_same_is_no_fault(saved: Callable[[str], Path]) -> None:
    path = saved("llama")
    (path / "training.json").unlink()
    weights = load_file(path / "model.safetensors")
    save_file(weights | {"lm_head.weight": weights["model.embed_tokens.weight"].clone()}, path / "model.safetensors")

    assert load_model(path, "cpu").network.config.tie_word_embeddings


def test_a_tokenizer_of_another_size_is_refused_in_numbers(saved: Callable[[str], Path]) -> None:
    path = saved("qwen3")
    other = train_tokenizer(["The rain fell on the roof of the old mill by the river. " * 20], 300)
    (path / "tokenizer.model").write_bytes(other.model)

    assert "a vocabulary of 420, tokenizer.model has 300 pieces" in complaint(path)


@pytest.mark.parametrize("kind", ["gpt2", None, 3, ["llama"]])
def test_a_kind_of_model_that_is_not_known_is_refused(kind: object, saved: Callable[[str], Path]) -> None:
    path = saved("llama")
    change(path / "config.json", model_type=kind)

    message = complaint(path)

    assert repr(kind) in message or f" {kind} model" in message


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"rope_scaling": {"rope_type": "yarn", "factor": 4}}, "rope scaling"),
        ({"rope_parameters": "none", "rope_scaling": None}, "does not describe a llama model"),
        ({"hidden_act": "gelu"}, "activation gelu is not supported"),
        ({"num_attention_heads": None}, "'num_attention_heads' is missing"),
        ({"num_attention_heads": 0}, "does not describe a llama model"),
        ({"hidden_size": "wide"}, "does not describe a llama model"),
        ({"hidden_size": -4}, "does not describe a llama model"),
    ],
    ids=str,
)
def test_a_config_that_cannot_be_built_is_refused(
    changes: dict[str, Any], words: str, saved: Callable[[str], Path]
) -> None:
    path = saved("llama")
    change(path / "config.json", **{"rope_parameters": None} | changes)

    message = complaint(path)

    assert words in message
    assert "\n" not in message


def test_a_sliding_window_shortens_the_context_within_which_logits_are_exact(saved: Callable[[str], Path]) -> None:
    path = saved("llama")
    change(path / "config.json", model_type="mistral", sliding_window=16)

    assert load_model(path, "cpu").network.context == 16


def test_weights_whose_hash_has_changed_are_refused(saved: Callable[[str], Path]) -> None:
    path = saved("qwen3") / "model.safetensors"
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)

    assert "are not those that were written: their hash differs" in complaint(path.parent)


@pytest.mark.parametrize("name", ["config.json", "training.json", "model.safetensors.index.json"])
@pytest.mark.parametrize("content", [b"{", b"[1]", b"\xff\xfe", b""])
def test_damaged_json_is_named(name: str, content: bytes, saved: Callable[[str], Path]) -> None:
    path = saved("qwen3")
    (path / name).write_bytes(content)

    assert f"{path / name} is damaged" in complaint(path)


@pytest.mark.parametrize("places", [None, [], {"a": 3}, {"a": "../elsewhere.safetensors"}])
def test_an_index_that_does_not_say_where_weights_are_is_refused(places: object, saved: Callable[[str], Path]) -> None:
    path = saved("qwen3")
    (path / "model.safetensors.index.json").write_text(json.dumps({"weight_map": places}))

    assert "does not say which file holds which weights" in complaint(path)


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a CUDA device")
def test_cuda_that_is_not_there_is_said_and_the_processor_is_the_way_out(saved: Callable[[str], Path]) -> None:
    with pytest.raises(UserError, match=r"CUDA was asked for, but .*Choose the CPU"):
        load_model(saved("lstm"), "cuda")

    assert choose_device("auto").type == "cpu"
    assert load_model(saved("lstm"), "auto").device.type == "cpu"
