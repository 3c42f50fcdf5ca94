"""The life of the process: from the command line to the window's end."""

import logging
import os
import sys
from pathlib import Path

from PySide6.QtCore import QLibraryInfo
from PySide6.QtWidgets import QApplication

from writer_app import __version__, paths
from writer_app.app.composition import Parts, compose, open_paths, prepare
from writer_app.app.crash import Rescuer
from writer_app.app.interruptions import EXIT_CODE_BASE, Interruptions
from writer_app.app.logs import Log
from writer_app.errors import UserError
from writer_app.ui.notice import Notice

log = logging.getLogger(__name__)


def run(wanted: list[str]) -> int:
    """Open the window, on a draft if there is one to open, and return the exit code once it is closed."""
    choose_input_method(os.environ)
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    prepare(app)
    parts = compose(app)
    opened_log = _open_log(parts)
    rescuer = Rescuer(parts.window)
    rescuer.install()
    open_paths(parts, [Path(path) for path in wanted])
    parts.window.show()
    interruptions = Interruptions(lambda number: (rescuer.keep_draft(), app.exit(EXIT_CODE_BASE + number)))
    log.info("started, version %s", __version__)
    code = app.exec()
    interruptions.uninstall()
    rescuer.uninstall()
    return _end(parts, opened_log, code)


def choose_input_method(environment: "os._Environ[str] | dict[str, str]") -> None:
    """Ask for ibus where fcitx is asked for and Qt has no plugin for it; fcitx 5 speaks ibus."""
    if environment.get("QT_IM_MODULE") not in {"fcitx", "fcitx5"}:
        return
    plugins = Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.PluginsPath)) / "platforminputcontexts"
    if not any(plugins.glob("*fcitx*")):
        environment["QT_IM_MODULE"] = "ibus"


def _open_log(parts: Parts) -> Log | None:
    try:
        return Log(paths.state_folder())
    except UserError as error:
        parts.window.banners.post(Notice.of("log", error))
        return None


def _end(parts: Parts, opened_log: Log | None, code: int) -> int:
    joined = True
    try:
        joined = parts.shut_down()
    except UserError as error:
        sys.stderr.write(f"{error}\n")
        code = code or 1
    log.info("ended")
    if opened_log is not None:
        opened_log.close()
    if not joined:
        # The thread is in the middle of importing torch, which cannot be interrupted, and a running QThread must not
        # be destroyed. Everything is saved: leave without tearing down, but with what was printed.
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    return code
