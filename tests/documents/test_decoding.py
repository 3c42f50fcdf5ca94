import codecs
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from writer_app.documents.decoding import decode
from writer_app.errors import UserError

# Written for this test: prose of the languages whose encodings are told apart.
PROSE = {
    "English, cp1252": ("“Don’t,” she said — and he didn’t. The café was closed.\n", "cp1252"),
    "French, cp1252": ("« C’était l’été, dit-elle, et déjà le garçon s’en allait. » Où étais-tu ?\n", "cp1252"),
    "German, cp1252": ("Die Straße führte über den Fluß, und Jürgen hörte plötzlich Schritte.\n", "cp1252"),
    "Icelandic, cp1252": ("Hann gekk út úr húsinu seint um kvöldið og horfði á ána. Það er þýðing.\n", "cp1252"),
    "Polish, cp1250": ("Była to już późna noc, kiedy wrócił do domu. Księżyc świecił.\n", "cp1250"),
    "Czech, cp1250": ("Vyšel pozdě v noci z domu a dlouho se díval na řeku. Kůň běžel.\n", "cp1250"),
    "Hungarian, cp1250": ("Késő éjjel kilépett a házból, és sokáig nézte a folyót. Tűz égett.\n", "cp1250"),
    "Turkish, cp1254": ("Gece geç saatte evden çıktı ve uzun süre nehre baktı. Işık söndü.\n", "cp1254"),
    "Russian, cp1251": ("Он вышел из дома поздно ночью и долго смотрел на реку.\n", "cp1251"),
    "Russian, KOI8-R": ("Он вышел из дома поздно ночью и долго смотрел на реку.\n", "koi8_r"),
    "Greek, cp1253": ("Βγήκε από το σπίτι αργά τη νύχτα και κοίταξε το ποτάμι.\n", "cp1253"),
    "Hebrew, cp1255": ("הוא יצא מהבית מאוחר בלילה והביט ארוכות בנהר.\n", "cp1255"),
    "Arabic, cp1256": ("خرج من البيت في وقت متأخر من الليل ونظر إلى النهر.\n", "cp1256"),
    "Chinese, GB18030": ("他深夜走出家门，久久地望着河水。月亮升起来了。\n", "gb18030"),
    "Chinese, Big5": ("他深夜走出家門，久久地望著河水。月亮升起來了。\n", "big5"),
    "Japanese, Shift-JIS": ("彼は夜遅く家を出て、長い間川を見つめていた。\n", "cp932"),
    "Japanese, EUC-JP": ("彼は夜遅く家を出て、長い間川を見つめていた。\n", "euc_jp"),
    "Korean, cp949": ("그는 밤늦게 집을 나와 오랫동안 강을 바라보았다.\n", "cp949"),
}


@pytest.mark.parametrize("times", [1, 40])
@pytest.mark.parametrize("name", PROSE)
def test_an_old_encoding_is_recognised_and_said(name: str, times: int) -> None:
    text, encoding = PROSE[name]

    found = decode((text * times).encode(encoding), "draft.txt")

    assert (found.encoding, found.text) == (encoding, text * times)
    assert "not UTF-8" in found.notes[0]


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1))
def test_any_utf8_text_is_read_as_it_is(text: str) -> None:
    found = (
        decode(text.encode(), "draft.txt") if not text.startswith("\ufeff") else decode(text.encode("utf-8-sig"), "")
    )

    assert (found.text, found.encoding, found.notes) == (text, "utf-8", ())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be", "gb18030"])
@given(text=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
def test_a_marked_text_is_read_by_its_mark(encoding: str, text: str) -> None:
    found = decode(("\ufeff" + text).encode(encoding), "draft.txt")

    assert (found.text, found.encoding, found.has_bom, found.notes) == (text, encoding, True, ())


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_without_a_mark_is_recognised(encoding: str) -> None:
    text = "He said nothing.\n中文，在这里。\n"

    found = decode(text.encode(encoding), "draft.txt")

    assert (found.text, found.encoding, found.has_bom) == (text, encoding, False)
    assert "without a byte order mark" in found.notes[0]


def test_no_bytes_are_an_empty_text() -> None:
    assert decode(b"", "draft.txt").text == ""


def test_utf8_that_was_cut_off_is_still_utf8() -> None:
    data = ("Он вышел из дома. " * 20).encode()[:-3]

    found = decode(data, "draft.txt")

    assert found.encoding == "utf-8"
    assert found.text.endswith("дом\N{REPLACEMENT CHARACTER}")
    assert "1 place is no valid UTF-8" in found.notes[0]


def test_a_replacement_character_of_the_writers_own_is_not_damage() -> None:
    text = "Она сказала \N{REPLACEMENT CHARACTER} и ушла."

    assert decode(text.encode(), "draft.txt").notes == ()


def test_a_legacy_text_that_was_cut_off_opens_and_says_so() -> None:
    data = ("他深夜走出家门，久久地望着河水。\n" * 20).encode("gb18030")[:-2]

    found = decode(data, "draft.txt")

    assert found.encoding == "gb18030"
    assert len(found.notes) == 2
    assert "not valid" in found.notes[1]


@pytest.mark.parametrize(
    "data", [codecs.BOM_UTF16_LE + b"a\0b", codecs.BOM_UTF8 + b"caf\xe9 noir", codecs.BOM_UTF32_LE + b"abc"]
)
def test_a_marked_text_that_breaks_its_word_is_refused(data: bytes) -> None:
    with pytest.raises(UserError, match=r"draft\.txt says that it is UTF") as caught:
        decode(data, "draft.txt")

    assert "backup" in caught.value.remedy


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"PK\x03\x04rest", "word processor"),
        (b"%PDF-1.7\n", "a PDF"),
        (b"{\\rtf1 hello}", "rich text"),
        (b"\xd0\xcf\x11\xe0rest", "old Word document"),
        (b"\x89PNG\r\n\x1a\n", "a picture"),
        (b"\x7fELF\x02", "a program"),
        (b"\0" * 4096, "nothing but zero bytes"),
        (b"text with a \0 byte", "binary data"),
        (b"words \0 " + bytes(range(256)) * 20, "binary data"),
        (codecs.BOM_UTF8 + b"a\0b", "binary data"),
        (bytes(range(1, 32)) * 10, "binary data"),
    ],
)
def test_what_is_no_text_is_refused_by_its_name(data: bytes, what: str) -> None:
    with pytest.raises(UserError, match=what) as caught:
        decode(data, "draft.txt")

    assert caught.value.message.startswith("draft.txt ")
    assert caught.value.remedy


def test_random_bytes_are_no_text() -> None:
    source = random.Random(3)
    for _ in range(50):
        with pytest.raises(UserError):
            decode(source.randbytes(3000), "noise")
        with pytest.raises(UserError):
            decode(source.randbytes(3000).replace(b"\0", b"\x01"), "noise")


@given(st.binary())
def test_bytes_are_read_or_refused_and_nothing_else(data: bytes) -> None:
    try:
        found = decode(data, "noise")
    except UserError:
        return

    assert "\0" not in found.text
