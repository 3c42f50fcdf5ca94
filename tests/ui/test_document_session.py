"""The presenter without a window: a plain draft, a real journal, real files. Long, for it lists every way a file can fare."""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING

import pytest

from tests.fakes import FaultyDisk
from tests.ui.doubles import Answers, PlainDraft
from writer_app.documents.journal import Journal
from writer_app.documents.origins import load_origins
from writer_app.documents.runs import Kind, Origin, Origins
from writer_app.ui.autosave import LateJournal
from writer_app.ui.background import Background
from writer_app.ui.document_session import DocumentSession, Leave

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from writer_app.ui.notice import Notice


class Desk:
    """A session with everything around it, and what it has said."""

    def __init__(self, journal_path: Path, background: Background) -> None:
        self.background = background
        self.journal = LateJournal(journal_path)
        self.draft = PlainDraft()
        self.answers = Answers()
        self.session = DocumentSession(self.draft, self.journal, background, self.answers)
        self.notices: dict[str, Notice] = {}
        self.session.noticed.connect(lambda notice: self.notices.update({notice.key: notice}))
        self.session.withdrawn.connect(lambda key: self.notices.pop(key, None))

    def type(self, text: str) -> None:
        self.draft.type(text)
        self.session.edited()

    def choose(self, key: str, text: str) -> None:
        """Press a button of a notice, as the banner does."""
        notice = self.notices.pop(key)
        next(choice for choice in notice.choices if choice.text == text).act()

    def open(self, path: Path) -> PlainDraft:
        assert self.session.open(path)
        return self.draft


@pytest.fixture
def background(qtbot: QtBot) -> Iterator[Background]:
    made = Background()
    yield made
    made.stop()


@pytest.fixture
def desk(tmp_path: Path, background: Background) -> Iterator[Desk]:
    made = Desk(tmp_path / "state" / "journal.sqlite3", background)
    yield made
    made.session.close()
    background.stop()
    made.journal.close()


@pytest.fixture
def story(tmp_path: Path) -> Path:
    path = tmp_path / "story.md"
    path.write_text("It was late.\n", encoding="utf-8")
    return path


def journal_of(desk: Desk) -> list[str]:
    """What a new start would offer: the texts in the journal once this session is gone."""
    desk.session.autosave._timer.stop()
    desk.journal.close()
    with Journal(desk.journal._path) as other:
        return [recovered.text for recovered in other.pending()]


# --- opening and saving


def test_a_new_document_has_no_file_and_nothing_to_lose(desk: Desk) -> None:
    assert (desk.session.path, desk.session.name(), desk.session.state()) == (None, "Untitled", "new")
    assert not desk.session.is_modified()


def test_opening_shows_the_text_as_imported(desk: Desk, story: Path) -> None:
    draft = desk.open(story)

    assert draft.text() == "It was late.\n"
    assert draft.origins().shares()[Kind.IMPORTED] == 13
    assert (desk.session.name(), desk.session.state()) == ("story.md", "saved")


def test_saving_writes_the_text_and_who_wrote_it(desk: Desk, story: Path) -> None:
    desk.open(story)
    desk.type("He went on.")

    assert desk.session.save()

    assert story.read_text(encoding="utf-8") == "It was late.\nHe went on."
    assert load_origins(story, "It was late.\nHe went on.").shares()[Kind.TYPED] == 11
    assert desk.session.state() == "saved"


def test_origins_come_back_with_the_draft(desk: Desk, story: Path) -> None:
    desk.open(story)
    desk.type("Mine.")
    desk.session.save()

    desk.session.new()
    draft = desk.open(story)

    assert draft.origins().shares()[Kind.TYPED] == 5


def test_encoding_line_ends_and_mark_survive_a_save(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "windows.txt"
    path.write_bytes("\ufeffone\r\ntwo\r\n".encode("utf-16-le"))
    desk.open(path)
    desk.type("é")

    desk.session.save()

    assert path.read_bytes() == "\ufeffone\r\ntwo\r\né".encode("utf-16-le")


def test_a_first_save_asks_where(desk: Desk, tmp_path: Path) -> None:
    desk.type("Once")
    desk.answers.path = tmp_path / "once.md"

    assert desk.session.save()

    assert (tmp_path / "once.md").read_text() == "Once"
    assert desk.answers.asked == ["save Untitled.md"]
    assert desk.session.name() == "once.md"


def test_a_first_save_without_an_answer_saves_nothing_and_stays_edited(desk: Desk) -> None:
    desk.type("Once")

    assert not desk.session.save()

    assert desk.session.is_modified()


def test_the_sample_story_is_opened_as_a_copy_that_asks_where_to_go(desk: Desk, story: Path) -> None:
    desk.session.open_sample(story)
    desk.type("More.")
    desk.session.save()

    assert desk.answers.asked == ["save Story.md"]
    assert story.read_text() == "It was late.\n"


# --- what cannot be opened


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("gone.md", None, "there is no such file"),
        ("picture.png", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x01", "picture.png"),
    ],
)
def test_what_cannot_be_opened_is_said_and_the_open_document_stays(
    desk: Desk, story: Path, name: str, content: bytes | None, said: str
) -> None:
    desk.open(story)
    desk.type("Unsaved.")
    path = story.with_name(name)
    if content is not None:
        path.write_bytes(content)

    assert not desk.session.open(path)

    assert said in desk.notices["open"].message
    assert desk.notices["open"].remedy
    assert desk.draft.text().endswith("Unsaved.")
    assert desk.answers.asked == []


def test_a_legacy_encoding_is_opened_and_said(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "alt.txt"
    path.write_bytes("Er ging über die Brücke und grüßte die Möwen. Danach wurde es schön.".encode("cp1252"))

    draft = desk.open(path)

    assert "über die Brücke" in draft.text()
    assert "alt.txt" in desk.notices["file"].message
    assert desk.notices["file"].tone == "calm"


def test_twenty_megabytes_open(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "long.txt"
    path.write_text("All work and no play makes it long.\n" * 560_000, encoding="utf-8")

    draft = desk.open(path)

    assert len(draft.text()) == path.stat().st_size > 20_000_000


# --- what cannot be saved


@pytest.mark.parametrize(
    ("error", "said"), [(errno.ENOSPC, "the disk is full"), (errno.EROFS, "the disk is read-only")]
)
def test_a_refusing_disk_is_said_and_nothing_is_lost(
    desk: Desk, story: Path, monkeypatch: pytest.MonkeyPatch, error: int, said: str
) -> None:
    desk.open(story)
    desk.type("New.")
    with monkeypatch.context() as patch:
        FaultyDisk(patch, "write", error, only="")

        assert not desk.session.save()

    assert said in desk.notices["save"].message
    assert str(story) in desk.notices["save"].message
    assert desk.session.is_modified()
    assert story.read_text() == "It was late.\n"
    assert desk.draft.text() == "It was late.\nNew."


def test_once_the_disk_has_room_trying_again_saves_and_the_banner_goes(
    desk: Desk, story: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.open(story)
    desk.type("New.")
    with monkeypatch.context() as patch:
        FaultyDisk(patch, "write", errno.ENOSPC)
        desk.session.save()

    desk.choose("save", "Try again")

    assert story.read_text() == "It was late.\nNew."
    assert "save" not in desk.notices


def test_a_read_only_file_offers_another_name(desk: Desk, story: Path, tmp_path: Path) -> None:
    desk.open(story)
    story.chmod(0o444)
    desk.type("New.")

    assert not desk.session.save()
    desk.answers.path = tmp_path / "other.md"
    desk.choose("save", "Save as…")

    assert (tmp_path / "other.md").read_text() == "It was late.\nNew."
    assert desk.session.name() == "other.md"
    assert not desk.session.is_modified()


def test_a_character_that_the_encoding_lacks_is_named_and_utf8_offered(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "alt.txt"
    path.write_bytes("Er ging über die Brücke und grüßte die Möwen. Danach wurde es schön.".encode("cp1252"))
    desk.open(path)
    desk.type("海")

    assert not desk.session.save()
    assert "“海”" in desk.notices["save"].message
    desk.choose("save", "Save as UTF-8")

    assert path.read_text(encoding="utf-8").endswith("海")


def test_origins_that_cannot_be_written_do_not_keep_the_text_from_being_saved(
    desk: Desk, story: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.open(story)
    desk.type("New.")
    FaultyDisk(monkeypatch, "replace", errno.ENOSPC, only=".origins.json")

    assert desk.session.save()

    assert story.read_text() == "It was late.\nNew."
    assert "origins.json" in desk.notices["origins"].message


# --- other programs


def test_a_change_by_another_program_is_noticed_before_it_is_overwritten(desk: Desk, story: Path) -> None:
    desk.open(story)
    desk.type("Mine.")
    story.write_text("Theirs.\n")

    assert not desk.session.save()

    assert "changed by another program" in desk.notices["save"].message
    assert story.read_text() == "Theirs.\n"
    assert desk.session.is_modified()


def test_saving_over_it_puts_mine_there(desk: Desk, story: Path) -> None:
    desk.open(story)
    desk.type("Mine.")
    story.write_text("Theirs.\n")
    desk.session.save()

    desk.choose("save", "Save over it")

    assert story.read_text() == "It was late.\nMine."


def test_coming_back_to_the_window_notices_a_change(desk: Desk, story: Path) -> None:
    desk.open(story)
    story.write_text("Theirs.\n")

    desk.session.check_disk()
    desk.choose("disk", "Reload")

    assert desk.draft.text() == "Theirs.\n"
    assert not desk.session.is_modified()
    assert desk.notices == {}


def test_keeping_mine_lets_the_next_save_replace_theirs(desk: Desk, story: Path) -> None:
    desk.open(story)
    story.write_text("Theirs.\n")
    desk.session.check_disk()

    desk.choose("disk", "Keep mine")

    assert desk.session.is_modified()
    assert desk.session.save()
    assert story.read_text() == "It was late.\n"


def test_a_file_that_was_only_touched_is_no_change(desk: Desk, story: Path) -> None:
    desk.open(story)
    os.utime(story, (1, 1))

    desk.session.check_disk()

    assert desk.notices == {}


def test_reloading_over_unsaved_work_gives_it_back_on_request(desk: Desk, story: Path) -> None:
    desk.open(story)
    desk.type("Mine.")
    story.write_text("Theirs.\n")
    desk.session.check_disk()

    desk.choose("disk", "Reload")
    assert desk.draft.text() == "Theirs.\n"
    desk.choose("file", "Bring my text back")

    assert desk.draft.text() == "It was late.\nMine."
    assert desk.draft.origins().shares()[Kind.TYPED] == 5
    assert desk.session.is_modified()


def test_a_deleted_file_is_said_and_can_be_saved_again(desk: Desk, story: Path) -> None:
    desk.open(story)
    story.unlink()
    desk.session.check_disk()

    desk.choose("disk", "Save it again")

    assert story.read_text() == "It was late.\n"


# --- leaving


@pytest.mark.parametrize(
    ("answer", "leaves", "on_disk"),
    [
        (Leave.SAVE, True, "It was late.\nNew."),
        (Leave.DISCARD, True, "It was late.\n"),
        (Leave.CANCEL, False, "It was late.\n"),
    ],
)
def test_unsaved_work_is_asked_about(desk: Desk, story: Path, answer: Leave, leaves: bool, on_disk: str) -> None:
    desk.open(story)
    desk.type("New.")
    desk.answers.to_leave = answer

    assert desk.session.new() is leaves

    assert desk.answers.asked == ["leave story.md"]
    assert desk.draft.text() == ("" if leaves else "It was late.\nNew.")
    assert story.read_text() == on_disk


def test_nothing_is_asked_where_nothing_would_be_lost(desk: Desk, story: Path) -> None:
    desk.open(story)

    assert desk.session.new()

    assert desk.answers.asked == []


def test_a_save_that_fails_keeps_the_document_open(desk: Desk, story: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.open(story)
    desk.type("New.")
    desk.answers.to_leave = Leave.SAVE
    FaultyDisk(monkeypatch, "write", errno.ENOSPC)

    assert not desk.session.new()

    assert desk.draft.text() == "It was late.\nNew."


def test_opening_the_same_file_again_after_saving_it_shows_what_was_saved(desk: Desk, story: Path) -> None:
    desk.open(story)
    desk.type("New.")
    desk.answers.to_leave = Leave.SAVE

    desk.session.open(story)

    assert desk.draft.text() == "It was late.\nNew."
    assert desk.session.save()
    assert desk.notices == {}


# --- the journal


def test_an_edit_is_in_the_journal_within_a_second(qtbot: QtBot, desk: Desk) -> None:
    with qtbot.waitSignal(desk.session.autosave.recorded, timeout=5000):
        desk.type("Not saved")

    assert desk.session.autosave._timer.interval() < 1000
    assert journal_of(desk) == ["Not saved"]


def test_what_is_saved_or_given_up_is_not_in_the_journal(qtbot: QtBot, desk: Desk, story: Path) -> None:
    desk.open(story)
    with qtbot.waitSignal(desk.session.autosave.recorded):
        desk.type("New.")

    desk.session.save()
    qtbot.waitUntil(desk.background.idle)

    assert journal_of(desk) == []


def test_undoing_as_far_as_what_is_saved_leaves_nothing_in_the_journal(qtbot: QtBot, desk: Desk) -> None:
    with qtbot.waitSignal(desk.session.autosave.recorded):
        desk.type("x")

    desk.draft.load("", Origins())
    desk.session.edited()
    qtbot.waitUntil(desk.background.idle)

    assert journal_of(desk) == []


def test_a_journal_that_refuses_is_said_once_and_writing_goes_on(
    qtbot: QtBot, tmp_path: Path, background: Background
) -> None:
    (tmp_path / "state").write_text("a file where a folder should be")
    desk = Desk(tmp_path / "state" / "journal.sqlite3", background)
    said: list[object] = []
    desk.session.autosave.failed.connect(said.append)

    for piece in ("one", "two"):
        desk.type(piece)
        desk.session.autosave.record_soon()
        qtbot.waitUntil(background.idle)

    assert len(said) == 1
    assert "Save the draft yourself" in desk.notices["journal"].remedy
    assert desk.draft.text() == "onetwo"


def test_a_journal_that_refused_is_used_once_it_can_be(qtbot: QtBot, tmp_path: Path, background: Background) -> None:
    blocking = tmp_path / "state"
    blocking.write_text("a file where a folder should be")
    desk = Desk(blocking / "journal.sqlite3", background)
    desk.type("one")
    desk.session.autosave.record_soon()
    qtbot.waitUntil(background.idle)

    blocking.unlink()
    desk.type("two")
    desk.session.autosave.record_soon()
    qtbot.waitUntil(background.idle)

    assert "journal" not in desk.notices
    assert journal_of(desk) == ["onetwo"]


# --- after a crash


def crashed(path: Path, text: str, draft: Path | None = None) -> None:
    """Leave behind what a session leaves that ended without a word."""
    with Journal(path) as journal:
        journal.record("lost", draft, text, 3, Origins.uniform(len(text), Origin(Kind.TYPED)))


def test_what_a_crash_left_is_offered_and_comes_back(qtbot: QtBot, desk: Desk, story: Path) -> None:
    crashed(desk.journal._path, "It was late.\nAnd dark.", story)
    desk.session.offer_recovery()
    qtbot.waitUntil(lambda: "recovery-lost" in desk.notices)
    assert "story.md" in desk.notices["recovery-lost"].message
    assert desk.draft.text() == ""

    desk.choose("recovery-lost", "Restore")

    assert desk.draft.text() == "It was late.\nAnd dark."
    assert desk.draft.cursor() == 3
    assert desk.draft.origins().shares()[Kind.TYPED] == 22
    assert desk.session.is_modified()
    assert desk.session.save()
    assert story.read_text() == "It was late.\nAnd dark."


def test_restoring_over_a_file_that_was_written_since_asks_before_replacing_it(
    qtbot: QtBot, desk: Desk, story: Path
) -> None:
    crashed(desk.journal._path, "It was late.\nAnd dark.", story)
    story.write_text("Written later, elsewhere.")
    later = story.stat().st_mtime + 60
    os.utime(story, (later, later))
    desk.session.offer_recovery()
    qtbot.waitUntil(lambda: "recovery-lost" in desk.notices)
    desk.choose("recovery-lost", "Restore")

    assert not desk.session.save()

    assert "changed by another program" in desk.notices["save"].message
    assert story.read_text() == "Written later, elsewhere."


def test_what_was_restored_stays_in_the_journal_until_it_is_saved(qtbot: QtBot, desk: Desk) -> None:
    crashed(desk.journal._path, "Lost and found")
    desk.session.offer_recovery()
    qtbot.waitUntil(lambda: "recovery-lost" in desk.notices)

    desk.choose("recovery-lost", "Restore")
    qtbot.waitUntil(desk.background.idle)

    assert journal_of(desk) == ["Lost and found"]


def test_what_is_thrown_away_is_not_offered_again(qtbot: QtBot, desk: Desk) -> None:
    crashed(desk.journal._path, "Not wanted")
    desk.session.offer_recovery()
    qtbot.waitUntil(lambda: "recovery-lost" in desk.notices)

    desk.choose("recovery-lost", "Throw away")
    qtbot.waitUntil(desk.background.idle)

    assert journal_of(desk) == []


def test_a_notice_that_is_put_away_leaves_the_text_for_the_next_start(qtbot: QtBot, desk: Desk) -> None:
    crashed(desk.journal._path, "Later")
    desk.session.offer_recovery()
    qtbot.waitUntil(lambda: "recovery-lost" in desk.notices)

    assert journal_of(desk) == ["Later"]


def test_of_many_lost_drafts_a_few_are_offered_and_the_others_kept(qtbot: QtBot, desk: Desk) -> None:
    with Journal(desk.journal._path) as journal:
        for number in range(6):
            journal.record(f"lost{number}", None, f"text {number}", 0, Origins.uniform(6, Origin(Kind.TYPED)))

    desk.session.offer_recovery()
    qtbot.waitUntil(lambda: len(desk.notices) > 0 and desk.background.idle())

    assert list(desk.notices) == ["recovery-lost5", "recovery-lost4", "recovery-lost3"]
    assert len(journal_of(desk)) == 6


def test_what_had_been_saved_after_all_is_not_offered(qtbot: QtBot, desk: Desk, story: Path) -> None:
    crashed(desk.journal._path, "It was late.\n", story)

    desk.session.offer_recovery()
    qtbot.waitUntil(desk.background.idle)

    assert desk.notices == {}
    assert journal_of(desk) == []


def test_restoring_asks_about_what_is_open(qtbot: QtBot, desk: Desk) -> None:
    crashed(desk.journal._path, "Lost")
    desk.session.offer_recovery()
    qtbot.waitUntil(lambda: "recovery-lost" in desk.notices)
    desk.type("Already writing")

    desk.choose("recovery-lost", "Restore")

    assert desk.draft.text() == "Already writing"
    assert "recovery-lost" in desk.notices
