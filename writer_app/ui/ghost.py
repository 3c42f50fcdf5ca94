"""What is offered at the cursor, and what typing does to it. A plain state machine: no Qt, no drawing, no clock.

A ghost belongs to one place in the text. What the writer types there (or accepts) is followed as the `trail`: as long
as an offer begins with the trail, the rest of it is the ghost; backspace shortens the trail, and so brings a ghost back.
`editor` tells the ghost what was typed and asked, `ghost_layout` paints what `text` says.
"""

from __future__ import annotations

from writer_app.suggest.words import sentence_end

_MOST_TRAIL = 400  # characters after which the place counts as left behind
_CJK = ((0x2E80, 0x30FF), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x3FFFF))
_CJK_CLOSERS = "、。，．！？；：…）」』】》〉”’"
_CJK_ENDS = "。！？"


class Ghost:
    """The offers for one place, the trail typed since, and which offer is shown."""

    def __init__(self) -> None:
        self._offers: tuple[str, ...] = ()
        self._trail = ""
        self._index = 0
        self._revision: int | None = None  # of the request the offers answer
        self._asked: int | None = None  # revision of the request that is still unanswered
        self._asked_trail = ""

    # --- what is on screen

    @property
    def text(self) -> str:
        """What is shown after the cursor; "" when nothing is."""
        return self._rest(self._index)

    @property
    def index(self) -> int:
        """Which of the offers is shown, for asking the answer about it."""
        return self._index

    @property
    def waiting(self) -> bool:
        """Whether a request is still unanswered."""
        return self._asked is not None

    def choices(self) -> tuple[int, ...]:
        """The offers that still fit what has been typed."""
        return tuple(i for i in range(len(self._offers)) if self._rest(i))

    # --- asking and answering

    def asked(self, revision: int) -> None:
        """Remember that a request was posted for the text as it is now."""
        self._asked, self._asked_trail = revision, ""

    def answered(self, revision: int, offers: tuple[str, ...], *, final: bool) -> bool:
        """Take an answer if it still belongs to this place; say whether it did.

        Several answers may come for one revision while it is streamed. What was typed since the request counts: the
        offers are shown from there on. An answer for any other revision changes nothing.
        """
        if revision != self._asked:
            return False
        same = revision == self._revision
        self._offers, self._trail, self._revision = offers, self._asked_trail, revision
        self._index = self._index if same and self._index < len(offers) else 0
        self._prefer_fitting()
        if final:
            self._asked = None
        return True

    def show(self, *offers: str) -> None:
        """Offer these at the cursor, with nothing typed yet."""
        self.forget()
        self._offers = offers

    # --- what the writer does

    def typed(self, text: str) -> bool:
        """Follow what was inserted at the cursor; say whether a ghost is left after it."""
        self._trail += text
        self._asked_trail += text
        if len(self._trail) > _MOST_TRAIL:
            self._drop_offers()
        if len(self._asked_trail) > _MOST_TRAIL:
            self._asked = None
        self._prefer_fitting()
        return bool(self.text)

    def erased(self, units: int) -> bool:
        """Follow a deletion of so many UTF-16 units before the cursor; say whether there is a ghost after it."""
        shorter, asked_shorter = _without_end(self._trail, units), _without_end(self._asked_trail, units)
        if shorter is None:
            self._drop_offers()
        else:
            self._trail = shorter
        if asked_shorter is None:
            self._asked = None
        else:
            self._asked_trail = asked_shorter
        self._prefer_fitting()
        return bool(self.text)

    def accept_all(self) -> str:
        """Give what is to be inserted for all of the ghost; afterwards none is shown."""
        return self._accept(len(self.text))

    def accept_word(self) -> str:
        """Give the next word with the space before it; the rest stays on screen."""
        return self._accept(next_word_end(self.text))

    def accept_sentence(self, before: str = "") -> str:
        """Give the ghost up to the end of its sentence, or all of it. `before` is what stands in front of the cursor."""
        return self._accept(next_sentence_end(self.text, before))

    def next(self) -> None:
        """Show the next offer that fits what has been typed."""
        self._turn(1)

    def previous(self) -> None:
        """Show the offer before."""
        self._turn(-1)

    def forget(self) -> None:
        """Leave the place: nothing is shown, an answer still under way is not wanted, backspace brings nothing back."""
        self._drop_offers()
        self._asked, self._asked_trail = None, ""

    # --- inside

    def _rest(self, index: int) -> str:
        if index >= len(self._offers) or not self._offers[index].startswith(self._trail):
            return ""
        return self._offers[index][len(self._trail) :]

    def _accept(self, length: int) -> str:
        taken = self.text[:length]
        self._trail += taken
        self._asked_trail += taken
        return taken

    def _turn(self, step: int) -> None:
        choices = self.choices()
        if choices:
            place = choices.index(self._index) if self._index in choices else 0
            self._index = choices[(place + step) % len(choices)]

    def _prefer_fitting(self) -> None:
        """Keep the offer that is shown while it fits; else show the first that does."""
        if not self._rest(self._index):
            self._index = next(iter(self.choices()), self._index)

    def _drop_offers(self) -> None:
        self._offers, self._trail, self._index, self._revision = (), "", 0, None


def next_word_end(text: str) -> int:
    """Where the next word ends: the space before it and all up to the next space, punctuation included.

    In Chinese and Japanese, which put no spaces, one character with the closing punctuation after it.
    """
    end = 0
    while end < len(text) and text[end].isspace():
        end += 1
    if end < len(text) and _is_cjk(text[end]):
        end += 1
        while end < len(text) and text[end] in _CJK_CLOSERS:
            end += 1
        return end
    while end < len(text) and not text[end].isspace() and not _is_cjk(text[end]):
        end += 1
    return end


def next_sentence_end(text: str, before: str = "") -> int:
    """Where the sentence that `text` goes on with ends, closing quotes included; its whole length if it does not end."""
    ends = [sentence_end(text, before), _cjk_sentence_end(text)]
    return min((end for end in ends if end), default=len(text))


def _cjk_sentence_end(text: str) -> int | None:
    place = next((i for i, character in enumerate(text) if character in _CJK_ENDS), None)
    if place is None:
        return None
    while place < len(text) and text[place] in _CJK_CLOSERS:
        place += 1
    return place


def _is_cjk(character: str) -> bool:
    return any(low <= ord(character) <= high for low, high in _CJK)


def _without_end(text: str, units: int) -> str | None:
    """Cut so many UTF-16 units off the end, None if there are not as many."""
    end = len(text)
    while units > 0 and end > 0:
        end -= 1
        units -= 2 if ord(text[end]) > 0xFFFF else 1
    return text[:end] if units == 0 else None
