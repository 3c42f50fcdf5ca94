"""What to suggest, when, and from which memory.

`Suggester` is loaded when it is first asked for, since it imports torch; all else here is light. Start with
`suggester.py`; the thread that the window talks to is `worker.py`.
"""

from typing import TYPE_CHECKING, Any

from writer_app.suggest.settings import Suggestion, SuggestionSettings, Token

if TYPE_CHECKING:
    from writer_app.suggest.suggester import Suggester

__all__ = ["Suggester", "Suggestion", "SuggestionSettings", "Token"]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - PEP 562: whatever the module holds
    if name == "Suggester":
        from writer_app.suggest.suggester import Suggester  # noqa: PLC0415 - imports torch

        return Suggester
    message = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(message)
