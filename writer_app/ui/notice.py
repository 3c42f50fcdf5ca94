"""What the app has to say to the writer, free of widgets: presenters make notices, `banner` shows them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from writer_app.errors import UserError


@dataclass(frozen=True)
class Choice:
    """A button on a notice. Choosing it takes the notice away, then acts."""

    text: str
    act: Callable[[], object]


@dataclass(frozen=True)
class Notice:
    """A message that stays until it is answered, replaced or dismissed."""

    key: str  # a later notice with the same key takes this one's place
    message: str
    remedy: str = ""
    tone: Literal["calm", "caution"] = "caution"
    choices: tuple[Choice, ...] = ()

    @classmethod
    def of(cls, key: str, error: UserError, *choices: Choice) -> "Notice":
        """Make the notice that shows an error."""
        return cls(key, error.message, error.remedy, choices=choices)
