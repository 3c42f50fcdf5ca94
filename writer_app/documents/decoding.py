"""From bytes to text: how a draft is encoded, found by what it holds. Pure functions over bytes.

UTF-8 and marked Unicode files are read exactly. For the encodings from before, charset-normalizer tells the scripts
apart; among the Latin ones, which it confuses on a page of prose, `_latin` decides. What had to be guessed is in `notes`.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from dataclasses import dataclass

from charset_normalizer import from_bytes

from writer_app.errors import UserError

# UTF-32 before UTF-16, whose mark is its beginning.
_MARKS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"\x84\x31\x95\x33", "gb18030"),
)
_NAMES = {
    "utf-8": "UTF-8",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16, big-endian",
    "utf-32-le": "UTF-32",
    "utf-32-be": "UTF-32, big-endian",
    "gb18030": "Chinese (GB18030)",
    "big5": "Chinese, traditional (Big5)",
    "cp932": "Japanese (Shift-JIS)",
    "euc_jp": "Japanese (EUC-JP)",
    "cp949": "Korean (cp949)",
    "cp1250": "Central European (cp1250)",
    "cp1251": "Cyrillic (cp1251)",
    "cp1252": "Western European (cp1252)",
    "cp1253": "Greek (cp1253)",
    "cp1254": "Turkish (cp1254)",
    "cp1255": "Hebrew (cp1255)",
    "cp1256": "Arabic (cp1256)",
    "koi8_r": "Cyrillic (KOI8-R)",
}
_LEGACY = [name for name in _NAMES if not name.startswith("utf")]
_LATIN = {"cp1250", "cp1252", "cp1254"}
_SAMPLE = 65_536  # bytes that are looked at to guess an encoding

# What a file begins with that is no text -> what it is.
_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"PK\x03\x04", "a document of a word processor, an e-book or an archive (zip)"),
    (b"%PDF-", "a PDF"),
    (b"{\\rtf", "a rich text document (RTF)"),
    (b"\xd0\xcf\x11\xe0", "an old Word document"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"\x1f\x8b", "a compressed file"),
    (b"\xfd7zXZ", "a compressed file"),
    (b"SQLite format 3", "a database"),
    (b"\x7fELF", "a program"),
)


@dataclass(frozen=True)
class Decoded:
    """Text with its line ends as they were, the codec that gives the same bytes again, and what was guessed."""

    text: str
    encoding: str
    has_bom: bool
    notes: tuple[str, ...] = ()


def decode(data: bytes, name: str) -> Decoded:
    """Find out how `data` is encoded and decode it. `name` is what messages call the file.

    Raises UserError for what is no text, or is Unicode cut off in the middle.
    """
    for signature, kind in _SIGNATURES:
        if data.startswith(signature):
            raise UserError(f"{name} is {kind}, not a text.", "Save it as plain text or Markdown, and open that.")
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _decode_marked(data[len(mark) :], encoding, name)
    if b"\0" in data:
        return _decode_unmarked_utf16(data, name)
    try:
        return _checked(Decoded(data.decode("utf-8"), "utf-8", has_bom=False), data, name)
    except UnicodeDecodeError:
        pass
    damaged = _damaged_utf8(data)
    return _checked(damaged or _decode_legacy(data), data, name)


def encoding_name(encoding: str) -> str:
    """Return what people call a codec."""
    return _NAMES.get(encoding, encoding)


def _decode_marked(data: bytes, encoding: str, name: str) -> Decoded:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise UserError(
            f"{name} says that it is {encoding_name(encoding)}, but byte {error.start:,} of {len(data):,} is not.",
            "The file is cut off or damaged: open a backup, or save it anew in the program that made it.",
        ) from error
    if "\0" in text:
        raise _binary(name)
    return Decoded(text, encoding, has_bom=True)


def _decode_unmarked_utf16(data: bytes, name: str) -> Decoded:
    """Zero bytes: UTF-16 without its mark, or no text at all."""
    if not data.strip(b"\0"):
        raise UserError(f"{name} holds nothing but zero bytes, as after a power cut.", "Open a backup of it.")
    for encoding in ("utf-16-le", "utf-16-be"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if _is_prose(text) and not _looks_like_ascii(data):
            note = f"Read as {encoding_name(encoding)} without a byte order mark, and saved like that."
            return Decoded(text, encoding, has_bom=False, notes=(note,))
    raise _binary(name)


def _looks_like_ascii(data: bytes) -> bool:
    """Say whether most pairs of bytes are two ASCII letters: a text with a stray zero byte; of Chinese, a fifth is."""
    sample = data[:_SAMPLE]
    pairs = zip(sample[::2], sample[1::2], strict=False)
    return 2 * sum(1 for one, other in pairs if 32 <= one < 127 and 32 <= other < 127) > len(sample) // 2


def _is_prose(text: str) -> bool:
    """Say whether decoded text has spaces or line ends, and nothing that is no character."""
    sample = text[:_SAMPLE]
    if not any(c in sample for c in " \n\r\u3000\u3002"):
        return False
    return not any(unicodedata.category(c) in {"Cc", "Cn", "Co"} and c not in "\t\n\r\f" for c in sample)


def _damaged_utf8(data: bytes) -> Decoded | None:
    """UTF-8 with a few broken bytes in it (cut off, or mended by hand) is still UTF-8, and not some old encoding."""
    text = data.decode("utf-8", errors="replace")
    broken = text.count("\N{REPLACEMENT CHARACTER}") - data.count("\N{REPLACEMENT CHARACTER}".encode())
    sound = sum(1 for c in text if c > "\x7f") - broken
    if sound < 4 * broken:
        return None
    what = "1 place is" if broken == 1 else f"{broken:,} places are"
    note = f"{what} no valid UTF-8; \N{REPLACEMENT CHARACTER} stands there now, and saving writes that."
    return Decoded(text, "utf-8", has_bom=False, notes=(note,))


def _decode_legacy(data: bytes) -> Decoded:
    guess = _guess(data)
    note = f"Read as {encoding_name(guess)}, not UTF-8. If letters look wrong, save it as UTF-8 where it comes from."
    notes = [note]
    try:
        text = data.decode(guess)
    except UnicodeDecodeError:
        text = data.decode(guess, errors="replace")
        count = text.count("\N{REPLACEMENT CHARACTER}")
        notes.append(f"{count:,} bytes are not valid in it; \N{REPLACEMENT CHARACTER} stands there now.")
    else:
        if text.encode(guess) != data:
            notes.append("Some characters are written there in two ways; saving writes the usual one.")
    return Decoded(text, guess, has_bom=False, notes=tuple(notes))


def _guess(data: bytes) -> str:
    lines = [line for line in _lines(data) if not line.isascii()]
    telling = b"\n".join(lines[:-1] or lines)[:_SAMPLE]  # the last line may be cut off
    high = sum(1 for byte in telling if byte > 0x7F)
    letters = sum(1 for byte in telling if byte <= 0x7F and chr(byte).isalpha())
    if letters > 4 * high:
        return _latin(telling)
    repeated = telling * (1 + 1024 // (len(telling) + 1))  # it judges a single line poorly
    best = from_bytes(repeated, cp_isolation=_LEGACY).best()
    if best is None or best.encoding in _LATIN:
        return _latin(telling)
    return best.encoding


def _lines(data: bytes) -> list[bytes]:
    """Split at any line end; in no encoding we know is one of them the second half of a character."""
    return re.split(rb"[\r\n]+", data)


def _latin(sample: bytes) -> str:
    """Choose among the encodings of Latin script by what would stand inside words if it were Western European."""
    western = sample.decode("cp1252", errors="replace")
    high = max(1, sum(1 for c in western if c > "\x7f" and c.isalpha()))
    central = len(re.findall(r"(?<=[^\W\d_])[³¹¿º¼¾¯ª](?=[^\W\d_])", western)) + len(re.findall(r"[šžŠŽ]", western))
    acute = len(re.findall(r"[áéíóúæÁÉÍÓÚÆ]", western))
    hungarian = re.search(r"[õûÕÛ]", western) and not re.search(r"[ãàçèêîñœ]", western)
    if 10 * central > high or (hungarian and acute):
        return "cp1250"
    turkish = len(re.findall(r"[ðýþÐÝÞ]", western))  # in Icelandic, too, but never without acutes
    if 4 * turkish > high and turkish > 4 * acute:
        return "cp1254"
    return "cp1252"


def _checked(decoded: Decoded, data: bytes, name: str) -> Decoded:
    """Refuse what decodes by chance: control characters are rare in texts, and one byte in ten of binary files."""
    controls = len(data) - len(data.translate(None, bytes(set(range(1, 32)) - set(b"\t\n\v\f\r\x1b"))))
    if controls * 20 > len(data):
        raise _binary(name)
    return decoded


def _binary(name: str) -> UserError:
    return UserError(f"{name} is not a text: it holds binary data.", "Choose a text or Markdown file.")
