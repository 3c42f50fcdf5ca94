"""Where things lie: the user's folders, and what comes with the application.

Nothing is computed at import and nothing is created here: whoever writes creates the folder. HOME and XDG_* are asked
at each call, so a test or a second profile needs no more than an environment variable.
"""

from __future__ import annotations

from pathlib import Path

from platformdirs import PlatformDirs

APPLICATION = "writer-app"


def _user() -> PlatformDirs:
    return PlatformDirs(APPLICATION, appauthor=False)


def config_folder() -> Path:
    """Settings."""
    return _user().user_config_path


def data_folder() -> Path:
    """Models of the user's own, and what else is worth a backup."""
    return _user().user_data_path


def state_folder() -> Path:
    """The recovery journal and the logs."""
    return _user().user_state_path


def cache_folder() -> Path:
    """What can be made again."""
    return _user().user_cache_path


def resources_folder() -> Path:
    """Icons, fonts, themes and the sample story."""
    return _shipped("resources", "resources")


def model_folders() -> list[Path]:
    """Where models are looked for, the user's own first."""
    return [data_folder() / "models", _shipped("models", "models_data")]


def _shipped(in_checkout: str, in_wheel: str) -> Path:
    """Find what travels with the application: beside the package in a checkout, inside it in an installed wheel."""
    package = Path(__file__).resolve().parent
    checkout = package.parent
    if (checkout / "pyproject.toml").is_file():
        return checkout / in_checkout
    return package / in_wheel
