"""Any text comes back as it went in, and other tools read `tokenizer.model` as we do."""

from io import BytesIO

import pytest
import sentencepiece
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.texts import story
from writer_app.errors import UserError
from writer_app.lm.tokenizer import PARAGRAPH, SPACE, Tokenizer, train_tokenizer

AWKWARD = [
    SPACE,
    SPACE * 2,
    "\0",
    "\n",
    PARAGRAPH,
    " ",
    "  ",
    "\r\n",
    "\t",
    "\ufeff",
    "<s>",
    "<unk>",
    "<0x41>",
    "e\u0301",
    "é",
]
ORDINARY = ["The keeper", " opened", " the door.", "Tobin", "灯塔看守人", "🧑‍🚀", "ﬁ", "½"]
PIECES = st.one_of(st.sampled_from(AWKWARD + ORDINARY), st.text(max_size=8))
TEXTS = st.lists(PIECES, max_size=12).map("".join)


@given(text=TEXTS)
@settings(deadline=None, max_examples=300)
def test_any_text_comes_back_as_it_went_in(tokenizer: Tokenizer, text: str) -> None:
    assert tokenizer.decode(tokenizer.encode(text)) == text


@given(text=TEXTS.filter(lambda text: SPACE not in text))
@settings(deadline=None, max_examples=200)
def test_the_model_file_alone_encodes_to_the_same_ids(tokenizer: Tokenizer, text: str) -> None:
    alone = sentencepiece.SentencePieceProcessor(model_proto=tokenizer.model)

    assert tokenizer.encode(text) == alone.encode(text)


def test_the_space_mark_is_spelt_in_bytes_so_that_it_is_not_taken_for_a_space(tokenizer: Tokenizer) -> None:
    tokens = tokenizer.encode(f"a{SPACE}b")

    assert tokenizer.decode_bytes(tokens) == f"a{SPACE}b".encode()
    assert tokens != tokenizer.encode("a b")


@pytest.mark.parametrize("broken", ["\ud800", "a\udfffb", "\udc00\ud800"])
def test_lone_surrogates_which_are_no_text_count_as_replacement_characters(tokenizer: Tokenizer, broken: str) -> None:
    expected = "".join("\ufffd" if 0xD800 <= ord(character) <= 0xDFFF else character for character in broken)

    assert tokenizer.decode(tokenizer.encode(broken)) == expected


def test_a_paragraph_break_is_one_piece_of_its_own(tokenizer: Tokenizer) -> None:
    (token,) = tokenizer.encode(PARAGRAPH)

    assert tokenizer.pieces[token] == b"\n\n"
    assert tokenizer.encode(f"rain.{PARAGRAPH}The").count(token) == 1
    assert {piece for piece in tokenizer.pieces if b"\n" in piece} == {b"\n", b"\n\n"}


def test_no_piece_reaches_over_the_beginning_of_a_word(tokenizer: Tokenizer) -> None:
    assert not [piece for piece in tokenizer.pieces if b" " in piece[1:]]


def test_words_seen_in_training_take_few_tokens(tokenizer: Tokenizer) -> None:
    text = story(999)

    assert len(tokenizer.encode(text)) < len(text) / 3


def test_control_tokens_are_silent_and_halves_of_characters_are_marked(tokenizer: Tokenizer) -> None:
    euro = tokenizer.encode("€")

    assert len(euro) == 3
    assert tokenizer.decode([tokenizer.bos_id, *tokenizer.encode("rain")]) == "rain"
    assert tokenizer.decode(euro[:2]) == "\ufffd"
    assert tokenizer.decode_bytes(euro[:2]) == "€".encode()[:2]


def test_many_texts_are_encoded_as_one_by_one(tokenizer: Tokenizer) -> None:
    assert tokenizer.encode_batch(["The rain", ""]) == [tokenizer.encode("The rain"), []]


def test_what_is_no_tokenizer_is_refused() -> None:
    with pytest.raises(ValueError, match="not a SentencePiece model"):
        Tokenizer(b"\x00\x01 nothing of the kind")


def test_a_tokenizer_without_bytes_for_rare_characters_is_refused() -> None:
    model = BytesIO()
    sentencepiece.SentencePieceTrainer.Train(
        sentence_iterator=iter([story(1)]), model_writer=model, vocab_size=60, model_type="bpe", minloglevel=2
    )

    with pytest.raises(ValueError, match="no byte fallback"):
        Tokenizer(model.getvalue())


@pytest.mark.parametrize("texts", [[], ["", "\n\n"], ["Too short."]])
def test_too_little_text_to_learn_from_is_said_in_words(texts: list[str]) -> None:
    with pytest.raises(UserError, match="too little text"):
        train_tokenizer(texts, 2000)
