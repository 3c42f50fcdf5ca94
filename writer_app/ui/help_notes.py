"""What the help menu says: about the app, and where things lie."""

from PySide6.QtCore import QCoreApplication

from writer_app import __version__, paths
from writer_app.ui.notice import Notice


def _tr(text: str) -> str:
    return QCoreApplication.translate("Help", text)


def about() -> Notice:
    """Say which version this is, and under which terms."""
    return Notice(
        "help",
        _tr("Writer App {0}").format(__version__),
        _tr(
            "Free software under the GPL, version 3 or later. Everything happens on this machine; nothing you write leaves it."
        ),
        tone="calm",
    )


def places() -> Notice:
    """Say where settings, models, the recovery journal and the log are."""
    return Notice(
        "help",
        _tr("Drafts lie where you save them, with a hidden file beside each that keeps who wrote what."),
        _tr("Settings: {0}\nYour own models: {1}\nRecovery journal and log: {2}").format(
            paths.config_folder(), paths.data_folder() / "models", paths.state_folder()
        ),
        tone="calm",
    )
