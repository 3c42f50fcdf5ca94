"""The same fixtures as the window's tests."""

from tests.ui.conftest import answers, parts, start, user_folders

__all__ = ["answers", "parts", "start", "user_folders"]
