"""Language models: networks, tokenizer, sampling, decoding. torch, no Qt. Start with `model.py` and `transformer.py`."""

from writer_app.lm.folder import LoadedModel, load_model

__all__ = ["LoadedModel", "load_model"]
