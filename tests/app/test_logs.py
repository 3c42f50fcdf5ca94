import errno
import faulthandler
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import qWarning

from tests.fakes import FaultyDisk
from writer_app.app.logs import Log, anatomy
from writer_app.errors import UserError

SECRET = "Maud loved the ferryman"


def fail_twice() -> None:
    try:
        {}[SECRET]
    except KeyError as cause:
        raise ValueError(f"cannot use {SECRET}") from cause


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Log]:
    opened = Log(tmp_path / "state")
    yield opened
    opened.close()
    faulthandler.enable()


def test_what_is_logged_is_in_the_state_folder(log: Log, tmp_path: Path) -> None:
    logging.getLogger("writer_app.somewhere").info("started")

    assert log.path == tmp_path / "state" / "writer-app.log"
    assert "INFO writer_app.somewhere: started" in log.path.read_text()


def test_an_exception_is_logged_by_kind_and_place_without_what_it_says(log: Log) -> None:
    try:
        fail_twice()
    except ValueError:
        logging.getLogger("writer_app.x").exception("it failed")

    written = log.path.read_text()
    assert "Maud" not in written
    assert "builtins.ValueError" in written
    assert "caused by builtins.KeyError" in written
    assert "test_logs.py" in written


def test_a_disk_error_is_logged_with_its_number_but_not_its_file() -> None:
    assert anatomy(OSError(errno.ENOSPC, "full", f"/home/{SECRET}.md")) == f"builtins.OSError (errno {errno.ENOSPC})"


def test_what_qt_complains_about_is_logged(log: Log) -> None:
    qWarning("a complaint of Qt's")

    assert "a complaint of Qt's" in log.path.read_text()


def test_the_log_is_cut_off_before_it_grows_large(log: Log, tmp_path: Path) -> None:
    for number in range(9000):
        logging.getLogger("writer_app.x").info(
            "line %06d of a long evening, in which nothing much happened to anybody", number
        )

    sizes = [path.stat().st_size for path in (tmp_path / "state").glob("writer-app.log*")]
    assert len(sizes) == 4
    assert max(sizes) <= 256 * 1024


def test_crashes_of_the_interpreter_are_written_down_too(log: Log, tmp_path: Path) -> None:
    assert faulthandler.is_enabled()
    assert (tmp_path / "state" / "crash.log").exists()


def test_a_state_folder_that_cannot_be_made_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(UserError, match="could not be created"):
        Log(tmp_path / "file" / "state")
    FaultyDisk(monkeypatch, "mkdir", errno.EROFS)
    with pytest.raises(UserError, match="read-only"):
        Log(tmp_path / "state")
