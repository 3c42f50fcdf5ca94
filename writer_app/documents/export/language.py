"""Which language a draft is in, told from its script and its commonest words: for `lang` attributes and spell checkers."""

from __future__ import annotations

import re
from collections import Counter

_SAMPLE = 20_000  # characters
UNKNOWN = "und"
RIGHT_TO_LEFT = frozenset({"ar", "he"})

# Script -> language, the rarer scripts first: Japanese has kana among its Chinese characters.
_SCRIPTS: tuple[tuple[str, str], ...] = (
    ("ja", r"[\u3040-\u30ff]"),
    ("ko", r"[\uac00-\ud7af\u1100-\u11ff]"),
    ("zh", r"[\u4e00-\u9fff\u3400-\u4dbf]"),
    ("ru", r"[\u0400-\u04ff]"),
    ("el", r"[\u0370-\u03ff\u1f00-\u1fff]"),
    ("ar", r"[\u0600-\u06ff]"),
    ("he", r"[\u0590-\u05ff]"),
    ("th", r"[\u0e00-\u0e7f]"),
    ("hi", r"[\u0900-\u097f]"),
)
_SHARE = 0.15  # of the letters: a Japanese page is a third kana at least, a Greek name makes no Greek novel

# Words that are common in one language and not in the others.
_WORDS: dict[str, str] = {
    "en": "the and of was that with his her you had she they not were what said",
    "fr": "les des est une dans pas qui elle était pour vous mais avec sur ses lui",
    "de": "der die und das nicht ist ein sie sich mit war auf ich eine dem auch",
    "es": "los las una por con para del había pero más como ella sus está era muy",
    "it": "il che di per non della sono gli più anche era nel aveva ma lei questo",
    "pt": "não uma com mais para dos ele ela era foi seu mas tinha estava você muito",
    "nl": "het een van dat niet zijn maar ook haar hij voor naar had werd zij aan",
    "pl": "się nie jest jak był już tylko ale tego przez jego była gdy jej czy",
    "sv": "och att det som inte han hon var sig ett från hade jag skulle när",
}
_LEAST = 0.06  # share of such words; English prose has 0.2


def guess_language(text: str) -> str:
    """Return a language tag (BCP 47, two letters), or `UNKNOWN` if nothing is clear."""
    sample = text[:_SAMPLE]
    letters = sum(1 for c in sample if c.isalpha())
    for language, script in _SCRIPTS:
        if letters and len(re.findall(script, sample)) > _SHARE * letters:
            return language
    words = Counter(re.findall(r"[^\W\d_]+", sample.lower()))
    votes = {language: sum(words[word] for word in common.split()) for language, common in _WORDS.items()}
    best = max(votes, key=lambda language: votes[language])
    return best if votes[best] > _LEAST * words.total() else UNKNOWN
