import errno
import os
import stat
import sys
from pathlib import Path

import pytest

from tests.fakes import FaultyDisk, ShortWrites, WatchedDisk, run_python
from writer_app.durable import atomic_write, make_folder, move_aside
from writer_app.errors import UserError

posix = pytest.mark.skipif(sys.platform == "win32", reason="modes, links and limits of POSIX")

OLD, NEW = b"old " * 20_000, b"new " * 50_000


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    path = tmp_path / "draft.md"
    path.write_bytes(OLD)
    return path


def test_it_creates_and_replaces(tmp_path: Path) -> None:
    path = tmp_path / "draft.md"

    for data in (b"first", b"", b"second\r\n\x00"):
        atomic_write(path, data)
        assert path.read_bytes() == data
    assert list(tmp_path.iterdir()) == [path]


def test_the_file_is_on_disk_before_it_takes_its_name_and_the_name_before_it_returns(
    draft: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = WatchedDisk(monkeypatch)

    atomic_write(draft, NEW)

    assert disk.log == ["write", "fsync file", "replace", "fsync folder"]


def test_short_writes_are_carried_on(draft: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    disk = ShortWrites(monkeypatch, most=999)

    atomic_write(draft, NEW)

    assert draft.read_bytes() == NEW
    assert disk.calls > 100


@pytest.mark.parametrize(
    ("call", "error"),
    [
        ("open", errno.EACCES),
        ("open", errno.EROFS),
        ("open", errno.EMFILE),
        ("write", errno.ENOSPC),
        ("write", errno.EDQUOT),
        ("write", errno.EIO),
        ("fsync", errno.EIO),
        ("fsync", errno.ENOSPC),
        ("replace", errno.EACCES),
        ("replace", errno.EBUSY),
        ("chmod", errno.EPERM),
    ],
)
def test_whatever_the_disk_refuses_the_old_file_stays_and_nothing_is_left_over(
    draft: Path, monkeypatch: pytest.MonkeyPatch, call: str, error: int
) -> None:
    with monkeypatch.context() as patch:
        disk = FaultyDisk(patch, call, error)
        with pytest.raises(UserError, match=r"draft\.md could not be saved: ") as caught:
            atomic_write(draft, NEW)

    assert disk.calls
    assert caught.value.remedy
    assert draft.read_bytes() == OLD
    assert list(draft.parent.iterdir()) == [draft]


def test_a_disk_that_fills_up_half_way_leaves_the_old_file(draft: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        ShortWrites(patch, most=1000)
        FaultyDisk(patch, "write", errno.ENOSPC, after=20)
        with pytest.raises(UserError, match="the disk is full"):
            atomic_write(draft, NEW)

    assert draft.read_bytes() == OLD
    assert list(draft.parent.iterdir()) == [draft]


def test_an_interrupt_leaves_the_old_file(draft: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", interrupted)
        with pytest.raises(KeyboardInterrupt):
            atomic_write(draft, NEW)

    assert draft.read_bytes() == OLD
    assert list(draft.parent.iterdir()) == [draft]


def test_a_folder_that_cannot_be_flushed_is_told_though_the_new_file_is_there(
    draft: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    FaultyDisk(monkeypatch, "fsync", errno.EIO, after=1)

    with pytest.raises(UserError, match="the disk reported a fault"):
        atomic_write(draft, NEW)

    assert draft.read_bytes() == NEW


@pytest.mark.parametrize("error", [errno.EINVAL, errno.ENOTSUP])
def test_a_file_system_that_knows_no_flushing_of_folders_is_good_enough(
    draft: Path, monkeypatch: pytest.MonkeyPatch, error: int
) -> None:
    FaultyDisk(monkeypatch, "fsync", error, after=1)

    atomic_write(draft, NEW)

    assert draft.read_bytes() == NEW


@posix
def test_the_real_limit_on_file_size_leaves_the_old_file(draft: Path) -> None:
    code = """
import resource, signal, sys
from pathlib import Path
from writer_app.durable import atomic_write
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
atomic_write(Path(sys.argv[1]), b"new " * 50_000)
"""

    result = run_python(code, draft)

    assert "UserError" in result.stderr
    assert "larger than is allowed" in result.stderr
    assert draft.read_bytes() == OLD
    assert list(draft.parent.iterdir()) == [draft]


@posix
@pytest.mark.parametrize("mode", [0o600, 0o640, 0o644, 0o755])
def test_the_mode_of_the_file_is_kept(draft: Path, mode: int) -> None:
    draft.chmod(mode)

    atomic_write(draft, NEW)

    assert stat.S_IMODE(draft.stat().st_mode) == mode


@posix
def test_a_new_file_gets_what_the_umask_allows(tmp_path: Path) -> None:
    old = os.umask(0o027)
    try:
        atomic_write(tmp_path / "new.md", NEW)
    finally:
        os.umask(old)

    assert stat.S_IMODE((tmp_path / "new.md").stat().st_mode) == 0o640


@posix
def test_a_private_file_is_not_readable_by_others_for_a_moment(draft: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    draft.chmod(0o600)
    modes: list[int] = []
    real = os.write

    def write(descriptor: int, data: bytes) -> int:
        modes.append(stat.S_IMODE(os.fstat(descriptor).st_mode))
        return real(descriptor, data)

    monkeypatch.setattr(os, "write", write)

    atomic_write(draft, NEW)

    assert set(modes) == {0o600}


@posix
def test_the_owner_of_the_file_is_kept_or_tried_to_be(draft: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[int, int]] = []

    def chown(_path: Path, user: int, group: int) -> None:
        asked.append((user, group))
        raise PermissionError(errno.EPERM, "not root")

    real = Path.stat
    me = os.stat_result((0o100644, 1, 1, 1, 4242, 4343, 3, 0, 0, 0))
    monkeypatch.setattr(os, "chown", chown)
    monkeypatch.setattr(Path, "stat", lambda path, **how: me if path.name == "draft.md" else real(path, **how))

    atomic_write(draft, NEW)

    assert asked == [(4242, 4343)]
    assert draft.read_bytes() == NEW


@posix
def test_a_symbolic_link_is_followed_and_stays_one(tmp_path: Path, draft: Path) -> None:
    folder = tmp_path / "links"
    folder.mkdir()
    link = folder / "link.md"
    link.symlink_to(Path("..") / "draft.md")

    atomic_write(link, NEW)

    assert link.is_symlink()
    assert draft.read_bytes() == NEW
    assert list(folder.iterdir()) == [link]


@posix
def test_a_link_to_a_file_that_is_not_there_yet_creates_it(tmp_path: Path) -> None:
    link = tmp_path / "link.md"
    link.symlink_to("target.md")

    atomic_write(link, NEW)

    assert link.is_symlink()
    assert (tmp_path / "target.md").read_bytes() == NEW


@posix
def test_a_link_that_leads_back_to_itself_is_refused_and_stays(tmp_path: Path) -> None:
    link, other = tmp_path / "link.md", tmp_path / "other.md"
    link.symlink_to(other)
    other.symlink_to(link)

    with pytest.raises(UserError, match="lead back to themselves"):
        atomic_write(link, NEW)

    assert link.is_symlink()


@posix
def test_the_other_name_of_a_hard_linked_file_keeps_the_old_text(tmp_path: Path, draft: Path) -> None:
    other = tmp_path / "other.md"
    other.hardlink_to(draft)

    atomic_write(draft, NEW)

    assert (draft.read_bytes(), other.read_bytes()) == (NEW, OLD)


@posix
def test_a_read_only_file_is_not_overwritten(draft: Path) -> None:
    draft.chmod(0o444)

    with pytest.raises(UserError, match="the file is read-only"):
        atomic_write(draft, NEW)

    assert draft.read_bytes() == OLD


def test_a_folder_is_not_overwritten(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="it is a folder"):
        atomic_write(tmp_path, NEW)


@posix
def test_a_pipe_is_not_overwritten(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)

    with pytest.raises(UserError, match="a device or a pipe"):
        atomic_write(pipe, NEW)


@pytest.mark.parametrize("name", ["gone/draft.md", "draft.md/inside.md"])
def test_a_folder_that_is_gone_or_is_a_file_is_told(tmp_path: Path, draft: Path, name: str) -> None:
    with pytest.raises(UserError, match="could not be saved: "):
        atomic_write(tmp_path / name, NEW)

    assert draft.read_bytes() == OLD


@posix
@pytest.mark.parametrize("name", ["a" * 252 + ".md", "ж" * 126 + ".md", "🦉.md", "no-unicode-\udcff.md"])
def test_any_name_that_the_disk_can_hold_will_do(tmp_path: Path, name: str) -> None:
    path = tmp_path / name

    atomic_write(path, OLD)
    atomic_write(path, NEW)

    assert path.read_bytes() == NEW
    assert len(list(tmp_path.iterdir())) == 1


def test_a_name_that_is_too_long_is_told(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="its name is too long"):
        atomic_write(tmp_path / ("a" * 300), NEW)


@posix
def test_kill_9_at_any_moment_leaves_the_old_or_the_new_text_and_never_neither(draft: Path) -> None:
    """200 children save the draft over and over, and are killed after a random time."""
    code = """
import os, random, signal, sys, time
from pathlib import Path
from writer_app.durable import atomic_write
path, texts = Path(sys.argv[1]), [b"old " * 20_000, b"new " * 50_000]
random.seed(9)
seen, killed_between = set(), 0
for _ in range(200):
    child = os.fork()
    if child == 0:
        while True:
            for text in reversed(texts):
                atomic_write(path, text)
    time.sleep(random.uniform(0, 0.02))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    found = path.read_bytes()
    assert found in texts, f"{len(found)} bytes that are neither"
    seen.add(found[:3])
    for rest in path.parent.glob(".*.tmp"):
        killed_between += 1
        rest.unlink()
print(len(seen), killed_between)
"""

    result = run_python(code, draft, timeout=120)

    assert result.returncode == 0, result.stderr
    both_seen, killed_between = map(int, result.stdout.split())
    assert both_seen == 2
    assert killed_between > 0  # or the kills never hit a save, and the test shows nothing


@posix
@pytest.mark.parametrize("call", ["open", "write", "fsync", "chmod", "replace"])
def test_kill_9_before_and_after_each_step_of_a_save(draft: Path, call: str) -> None:
    code = """
import os, signal, sys
from pathlib import Path
from writer_app.durable import atomic_write
path, name, when = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
real = getattr(os, name)
def call(*args, **kwargs):
    if when == "before":
        os.kill(os.getpid(), signal.SIGKILL)
    real(*args, **kwargs)
    os.kill(os.getpid(), signal.SIGKILL)
setattr(os, name, call)
atomic_write(path, b"new " * 50_000)
"""
    for when in ("before", "after"):
        draft.write_bytes(OLD)

        result = run_python(code, draft, call, when)

        assert result.returncode == -9
        is_done = (call, when) == ("replace", "after")
        assert draft.read_bytes() == (NEW if is_done else OLD)


def test_a_folder_is_made_with_those_above_it_and_again(tmp_path: Path) -> None:
    make_folder(tmp_path / "a" / "b")
    make_folder(tmp_path / "a" / "b")

    assert (tmp_path / "a" / "b").is_dir()


def test_a_folder_that_cannot_be_made_is_told(draft: Path) -> None:
    with pytest.raises(UserError, match="could not be created: "):
        make_folder(draft / "folder")


def test_what_is_damaged_moves_aside_under_a_free_name(tmp_path: Path) -> None:
    for number in range(3):
        (tmp_path / "x.json").write_text(str(number))
        move_aside(tmp_path / "x.json", "now")

    found = {path.name: path.read_text() for path in tmp_path.iterdir()}
    assert found == {"x.json.damaged-now": "0", "x.json.damaged-now-2": "1", "x.json.damaged-now-3": "2"}


def test_what_cannot_be_moved_aside_is_told(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="could not be moved aside: "):
        move_aside(tmp_path / "none", "now")
