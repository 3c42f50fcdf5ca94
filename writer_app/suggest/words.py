"""Words and sentence ends in what a model writes. Pure functions on strings."""

import re

_SENTENCE_END = re.compile(r"(?:[.!?…]+[\"'”’)\]]*(?=\s|$)|[。！？]+[\"'”’」』)\]]*)")
_ABBREVIATION = re.compile(r"(?:^|[\s(\"'“‘])(?:Mr|Mrs|Ms|Dr|St|Jr|Sr|Prof|Capt|Col|Gen|Lt|Rev|Hon|vs|etc|[A-Z])\.$")
_REST_OF_WORD = re.compile(r"['’]?[^\W_]")
_OPENERS = "\"'“‘(["


def count_words(text: str) -> int:
    """Words, as separated by space; a part of a word at the start counts as one."""
    return len(text.split())


def inside_word(before: str, after: str) -> bool:
    """Whether the cursor between `before` and `after` stands inside a word."""
    return before[-1:].isalnum() and _REST_OF_WORD.match(after) is not None


def sentence_end(text: str, before: str = "") -> int | None:
    """Where the first sentence that ends in `text` does, closing quotes included, counted in `text`; None if none does.

    `before` is what stands in front of it: "Mr" and "." do not end a sentence.
    """
    whole = before[-24:] + text
    offset = len(whole) - len(text)
    for match in _SENTENCE_END.finditer(whole):
        mark = match.group().rstrip("\"'”’)]")
        if match.end() > offset and not (mark == "." and _ABBREVIATION.search(whole[: match.start() + 1])):
            return match.end() - offset
    return None


def first_words(text: str, count: int) -> str:
    """`text` up to the end of its `count`-th word."""
    end = 0
    for number, match in enumerate(re.finditer(r"\S+", text), 1):
        end = match.end()
        if number == count:
            return text[:end]
    return text[:end]


def without_repeat(text: str, after: str) -> str:
    """`text` without an end that repeats how `after` begins (a word at least), so that nothing is said twice.

    The whole of it goes where `after` begins with all of `text`.
    """
    following = after.lstrip()
    if not following:
        return text
    words = list(re.finditer(r"\S+", text))
    for word in words:
        tail = text[word.start() :]
        if _begins_with(following, tail) or (
            len(tail) > len(following) and tail.startswith(following) and count_words(following) > 1
        ):
            return text[: word.start()].rstrip()
    return text


def _begins_with(following: str, tail: str) -> bool:
    """Whether `following` begins with the words of `tail`, ending at a word's end there."""
    bare = tail.rstrip(".,;:!?")
    if not bare.strip(_OPENERS) or not following.startswith(bare):
        return False
    return not following[len(bare) : len(bare) + 1].isalnum()
