"""Text to tokens and back, without loss: SentencePiece with byte fallback.

`tokenizer.model` alone, given to any SentencePiece, encodes as `Tokenizer.encode` does, with one exception: U+2581,
which SentencePiece uses for the space itself, is spelt here in bytes so that it comes back as it went in.
"""

from collections.abc import Iterable
from io import BytesIO

import sentencepiece

from writer_app.errors import UserError

SPACE = "\u2581"  # SentencePiece's mark for a space inside a piece
PARAGRAPH = "\n\n"  # a piece of its own


class Tokenizer:
    """A SentencePiece model. Raises ValueError where the bytes are not one with byte fallback."""

    def __init__(self, model: bytes) -> None:
        self.model = model
        self._processor = sentencepiece.SentencePieceProcessor()
        try:
            self._processor.LoadFromSerializedProto(model)
        except RuntimeError as error:
            message = f"not a SentencePiece model: {error}"
            raise ValueError(message) from error
        self.size = int(self._processor.GetPieceSize())
        self.bos_id = int(self._processor.bos_id())  # -1 where the model has none
        self.bos = [self.bos_id] if self.bos_id >= 0 else []  # what a document begins with
        self.unk_id = int(self._processor.unk_id())
        byte_ids = [int(self._processor.PieceToId(f"<0x{byte:02X}>")) for byte in range(256)]
        if self.unk_id in byte_ids:
            message = "the SentencePiece model has no byte fallback, so it would lose characters it does not know"
            raise ValueError(message)
        self.byte_of = {token: byte for byte, token in enumerate(byte_ids)}
        self._space_ids = [byte_ids[byte] for byte in SPACE.encode()]
        self.pieces = [self._bytes_of(token) for token in range(self.size)]

    def _bytes_of(self, token: int) -> bytes:
        if token in self.byte_of:
            return bytes([self.byte_of[token]])
        if self._processor.IsControl(token) or self._processor.IsUnknown(token):
            return b""
        return str(self._processor.IdToPiece(token)).replace(SPACE, " ").encode()

    def encode(self, text: str) -> list[int]:
        """The tokens of `text`, no BOS. Lone surrogates, which are not Unicode text, count as U+FFFD."""
        clean = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        parts = clean.split(SPACE)
        tokens: list[int] = self._encode(parts[0])
        for part in parts[1:]:
            tokens += self._space_ids
            tokens += self._encode(part)
        return tokens

    def _encode(self, text: str) -> list[int]:
        # NUL would end the text inside SentencePiece's C interface, and byte fallback spells it as well
        tokens: list[int] = []
        for i, part in enumerate(text.split("\0")):
            if i:
                tokens.append(next(token for token, byte in self.byte_of.items() if byte == 0))
            tokens += self._processor.EncodeAsIds(part)
        return tokens

    def encode_batch(self, texts: list[str]) -> list[list[int]]:
        """`encode` for many texts."""
        return [self.encode(text) for text in texts]

    def decode(self, ids: Iterable[int]) -> str:
        """The text of `ids`; control tokens are silent, bytes that are not UTF-8 become U+FFFD."""
        return self.decode_bytes(ids).decode("utf-8", "replace")

    def decode_bytes(self, ids: Iterable[int]) -> bytes:
        """The UTF-8 bytes of `ids`, also where they end inside a character."""
        return b"".join(self.pieces[token] for token in ids)


def train_tokenizer(texts: Iterable[str], vocab_size: int, *, threads: int = 1) -> Tokenizer:
    """Learn byte-pair encoding (Sennrich et al. 2016) of `vocab_size` pieces from `texts`.

    The options keep every character as it is: no normalisation, no prefix space, bytes for what is rare. Raises
    UserError where the text is too little for so many.
    """
    model = BytesIO()
    paragraphs = (
        paragraph
        for text in texts
        for paragraph in text.split(PARAGRAPH)
        if paragraph and len(paragraph.encode()) < 16000
    )
    try:
        sentencepiece.SentencePieceTrainer.Train(
            sentence_iterator=paragraphs,
            model_writer=model,
            model_type="bpe",
            vocab_size=vocab_size,
            character_coverage=0.9998,
            byte_fallback=True,
            normalization_rule_name="identity",
            remove_extra_whitespaces=False,
            add_dummy_prefix=False,
            user_defined_symbols=[PARAGRAPH],
            unk_id=0,
            bos_id=1,
            eos_id=2,
            pad_id=-1,
            max_sentence_length=16000,
            max_sentencepiece_length=20,
            num_threads=threads,
            minloglevel=2,
        )
    except RuntimeError as error:  # it finds fewer pieces than asked for, or no text at all
        raise UserError(
            f"There is too little text to learn {vocab_size:,} pieces from.",
            "Give more text, or ask for a smaller vocabulary.",
        ) from error
    return Tokenizer(model.getvalue())
