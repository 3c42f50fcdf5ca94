"""The model folder: Hugging Face's layout on disk, checked in words when it is read. No pickle.

Read `load_model` first. Loading refuses what is missing, foreign, of another shape or damaged with one sentence that
says which file and what is wrong.
"""

import hashlib
import json
import struct
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, TypeVar

import torch
from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import Tensor

from writer_app.durable import atomic_write, make_folder
from writer_app.errors import UserError
from writer_app.lm.device import choose_device
from writer_app.lm.recurrent import Recurrent, RecurrentConfig
from writer_app.lm.tokenizer import Tokenizer
from writer_app.lm.transformer import Transformer, TransformerConfig, from_file, to_file
from writer_app.models import find_model

C = TypeVar("C", TransformerConfig, RecurrentConfig)

SHARD = 15 * 1024 * 1024  # bytes of weights in one file, below the repository's 16 MiB
_TRANSFORMERS = {"llama": {}, "mistral": {}, "qwen2": {"attention_bias": True}, "qwen3": {"qk_norm": True}}
_LSTM = "writer-lstm"
_UNUSED = ("lm_head.weight", "rotary_emb.inv_freq")  # may stand on file: a tied head, a table made anew here


@dataclass(frozen=True)
class LoadedModel:
    """A model ready to be asked."""

    name: str
    path: Path
    model_type: str
    network: Transformer | Recurrent
    tokenizer: Tokenizer
    device: torch.device
    language: str
    parameters: int


def load_model(name_or_path: str | Path, device: str = "auto") -> LoadedModel:
    """Load a model folder by name or path, in float32, ready for inference.

    device: "cpu", "cuda" or "auto" (CUDA where it is there). Raises UserError with what is missing, foreign, of another
    shape or damaged.
    """
    folder = find_model(name_or_path)
    target = choose_device(device)
    config = _read_json(folder / "config.json")
    network = _network(config, folder)
    tokenizer = _tokenizer(folder)
    if tokenizer.size != network.config.vocab_size:
        raise UserError(
            f"The model in {folder} does not fit its tokenizer: config.json says a vocabulary of "
            f"{network.config.vocab_size:,}, tokenizer.model has {tokenizer.size:,} pieces.",
            "Use the tokenizer that came with the weights.",
        )
    weights = {name: tensor.float() for name, tensor in read_weights(folder).items()}
    _check_shapes(network, weights, folder)
    network.load_state_dict(_state_dict(network, weights, folder), strict=False)
    network.to(target).eval()
    training = _read_json(folder / "training.json") if (folder / "training.json").is_file() else {}
    return LoadedModel(
        name=folder.name,
        path=folder,
        model_type=str(config["model_type"]),
        network=network,
        tokenizer=tokenizer,
        device=target,
        language=str(training.get("language", "en")),
        parameters=sum(parameter.numel() for parameter in network.parameters()),
    )


def _read_json(path: Path) -> dict[str, Any]:
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UserError(
            f"{path} cannot be read: {error.strerror}.", "This is not a whole model folder; install it again."
        ) from error
    except ValueError as error:
        raise UserError(f"{path} is damaged: {error}.", "Install the model again.") from error
    if not isinstance(value, dict):
        raise UserError(f"{path} is damaged: it holds no JSON object.", "Install the model again.")
    return value


def _network(config: dict[str, Any], folder: Path) -> Transformer | Recurrent:
    kind = config.get("model_type")
    try:
        if kind == _LSTM:
            sizes = {f.name: config[f.name] for f in fields(RecurrentConfig) if f.name in config}
            return Recurrent(_sound(RecurrentConfig(**sizes)))
        if kind in _TRANSFORMERS:
            return Transformer(_sound(_transformer_config(config, **_TRANSFORMERS[kind])))
    except (TypeError, ValueError, KeyError, AttributeError, ArithmeticError, RuntimeError) as error:
        raise UserError(
            f"config.json in {folder} does not describe a {kind} model that is known here: {_what(error)}.",
            "Install the model again, or choose another.",
        ) from error
    known = ", ".join([*_TRANSFORMERS, _LSTM])
    raise UserError(
        f"The model in {folder} is of the kind {kind!r}, which this program does not know.", f"It knows {known}."
    )


def _sound(config: C) -> C:
    for name, value in vars(config).items():
        if type(value) is int and value < 1:
            message = f"{name} is {value}"
            raise ValueError(message)
    return config


def _what(error: Exception) -> str:
    return f"{error} is missing" if isinstance(error, KeyError) else str(error).split("\n", 1)[0]


def _transformer_config(
    config: dict[str, Any], *, attention_bias: bool = False, qk_norm: bool = False
) -> TransformerConfig:
    rope = config.get("rope_parameters") or config.get("rope_scaling") or {}
    if rope.get("rope_type", rope.get("type", "default")) != "default":
        message = f"rope scaling {rope} is not supported"
        raise ValueError(message)
    if config.get("hidden_act", "silu") != "silu":
        message = f"activation {config['hidden_act']} is not supported"
        raise ValueError(message)
    heads = config["num_attention_heads"]
    return TransformerConfig(
        vocab_size=config["vocab_size"],
        hidden_size=config["hidden_size"],
        intermediate_size=config["intermediate_size"],
        num_hidden_layers=config["num_hidden_layers"],
        num_attention_heads=heads,
        num_key_value_heads=config.get("num_key_value_heads", heads),
        head_dim=config.get("head_dim") or config["hidden_size"] // heads,
        max_position_embeddings=_context(config),
        rope_theta=float(rope.get("rope_theta", config.get("rope_theta", 10000.0))),
        rms_norm_eps=config["rms_norm_eps"],
        tie_word_embeddings=config.get("tie_word_embeddings", False),
        attention_bias=config.get("attention_bias", attention_bias),
        qk_norm=qk_norm,
    )


def _context(config: dict[str, Any]) -> int:
    """The positions within which every token sees all before it: a sliding window ends them, for it is not built here."""
    positions = int(config["max_position_embeddings"])
    window = config.get("sliding_window")
    slides = config["model_type"] == "mistral" or config.get("use_sliding_window", False)
    return min(positions, int(window)) if window and slides else positions


def _tokenizer(folder: Path) -> Tokenizer:
    path = folder / "tokenizer.model"
    try:
        return Tokenizer(path.read_bytes())
    except OSError as error:
        raise UserError(
            f"{path} cannot be read: {error.strerror}.", "This is not a whole model folder; install it again."
        ) from error
    except ValueError as error:
        raise UserError(f"{path} is {error}.", "Install the model again.") from error


def read_weights(folder: Path) -> dict[str, Tensor]:
    """All tensors of model.safetensors or of the shards that model.safetensors.index.json names. Raises UserError."""
    index = folder / "model.safetensors.index.json"
    shards = _shards_of(index) if index.is_file() else ["model.safetensors"]
    weights: dict[str, Tensor] = {}
    for shard in shards:
        path = folder / shard
        try:
            weights |= load(path.read_bytes())
        except OSError as error:
            raise UserError(
                f"The weights {path} cannot be read: {error.strerror}.", "Install the model again."
            ) from error
        except (SafetensorError, struct.error, ValueError) as error:
            raise UserError(
                f"The weights {path} are damaged or cut short: {error}.", "Install the model again."
            ) from error
    _check_hashes(folder, shards)
    return weights


def _shards_of(index: Path) -> list[str]:
    places = _read_json(index).get("weight_map")
    if not isinstance(places, dict) or not all(
        isinstance(name, str) and Path(name).name == name for name in places.values()
    ):
        raise UserError(
            f"{index} is damaged: it does not say which file holds which weights.", "Install the model again."
        )
    return sorted(set(places.values()))


def _check_hashes(folder: Path, shards: list[str]) -> None:
    if not (folder / "training.json").is_file():  # imported models carry no hashes
        return
    hashes = _read_json(folder / "training.json").get("sha256", {})
    for shard in shards:
        if shard in hashes and hashlib.sha256((folder / shard).read_bytes()).hexdigest() != hashes[shard]:
            raise UserError(
                f"The weights {folder / shard} are not those that were written: their hash differs.",
                "Install the model again.",
            )


def _state_dict(network: Transformer | Recurrent, weights: dict[str, Tensor], folder: Path) -> dict[str, Tensor]:
    try:
        state = (
            from_file(network, weights)
            if isinstance(network, Transformer)
            else {name: weights[name] for name, _ in network.named_parameters()}
        )
    except KeyError as error:
        raise _misfit(folder, f"the file has no {error.args[0]}") from error
    return state


def _check_shapes(network: Transformer | Recurrent, weights: dict[str, Tensor], folder: Path) -> None:
    """Refuse weights of another shape, and those that the network would leave unused: it would compute something else."""
    expected = {name: tensor.shape for name, tensor in _to_file(network).items()}
    for name, shape in expected.items():
        if name in weights and weights[name].shape != shape:
            raise _misfit(folder, f"{name} should be {tuple(shape)}, the file has {tuple(weights[name].shape)}")
    unknown = [name for name in sorted(weights) if name not in expected and not name.endswith(_UNUSED)]
    if unknown:
        raise _misfit(folder, f"the file has {unknown[0]}, which this kind of model does not")


def _misfit(folder: Path, what: str) -> UserError:
    return UserError(
        f"The weights in {folder} do not fit config.json: {what}.", "Use the config.json that came with the weights."
    )


# -- writing -----------------------------------------------------------------------------------------------------


def save_model(
    folder: Path,
    network: Transformer | Recurrent,
    tokenizer: Tokenizer,
    *,
    language: str,
    provenance: dict[str, Any],
    kind: str = "base",
) -> None:
    """Write a model folder: weights in bfloat16 in shards of 15 MiB at most, config, tokenizer and training.json.

    The model card (README.md) is written by people. Raises UserError; each file is whole or not there.
    """
    shards = _shards(
        {name: tensor.to("cpu", torch.bfloat16).contiguous() for name, tensor in _to_file(network).items()}
    )
    make_folder(folder)
    hashes = {}
    for name, tensors in shards.items():
        data = save(tensors, metadata={"format": "pt"})
        hashes[name] = hashlib.sha256(data).hexdigest()
        atomic_write(folder / name, data)
    if len(shards) > 1:
        index = {
            "metadata": {"total_size": sum(2 * t.numel() for tensors in shards.values() for t in tensors.values())},
            "weight_map": {key: name for name, tensors in shards.items() for key in tensors},
        }
        _write_json(folder / "model.safetensors.index.json", index)
    atomic_write(folder / "tokenizer.model", tokenizer.model)
    parameters = sum(parameter.numel() for parameter in network.parameters())
    facts = {"kind": kind, "language": language, "parameters": parameters, "sha256": hashes}
    _write_json(folder / "training.json", facts | provenance)
    _write_json(folder / "config.json", _config(network, tokenizer))  # last: with it the folder counts as a model


def _to_file(network: Transformer | Recurrent) -> dict[str, Tensor]:
    if isinstance(network, Transformer):
        return to_file(network)
    return {name: parameter.detach() for name, parameter in network.named_parameters()}


def _shards(weights: dict[str, Tensor]) -> dict[str, dict[str, Tensor]]:
    groups: list[dict[str, Tensor]] = [{}]
    size = 0
    for name, tensor in weights.items():
        size += 2 * tensor.numel()
        if groups[-1] and size > SHARD:
            groups.append({})
            size = 2 * tensor.numel()
        groups[-1][name] = tensor
    if len(groups) == 1:
        return {"model.safetensors": groups[0]}
    return {f"model-{i:05}-of-{len(groups):05}.safetensors": group for i, group in enumerate(groups, 1)}


def _config(network: Transformer | Recurrent, tokenizer: Tokenizer) -> dict[str, Any]:
    config = {f.name: getattr(network.config, f.name) for f in fields(network.config)}
    common = {"bos_token_id": tokenizer.bos_id, "eos_token_id": 2, "dtype": "bfloat16"}
    if isinstance(network, Recurrent):
        return {"model_type": _LSTM, "architectures": ["WriterLSTM"]} | config | common
    kind = "qwen3" if config.pop("qk_norm") else "qwen2" if config["attention_bias"] else "llama"
    name = {"qwen3": "Qwen3ForCausalLM", "qwen2": "Qwen2ForCausalLM", "llama": "LlamaForCausalLM"}[kind]
    config.pop("dropout")
    rope = {"rope_parameters": {"rope_type": "default", "rope_theta": config["rope_theta"]}}
    return {"model_type": kind, "architectures": [name], "hidden_act": "silu"} | config | rope | common


def _write_json(path: Path, value: dict[str, Any]) -> None:
    atomic_write(path, json.dumps(value, indent=1, ensure_ascii=False).encode() + b"\n")
