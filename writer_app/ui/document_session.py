"""The draft that is open, and everything that happens between it and the disk. A presenter: no widgets here.

It opens, saves, notices what other programs did to the file, asks before unsaved work is left, keeps the journal going
and brings back what a crash left there. What it needs of the editor is `Draft`; what it must ask is `Questions`; what it
has to say goes out as `Notice`s.
"""

import os
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QDateTime, QLocale, QObject, Signal

from writer_app.documents.files import CannotEncode, ChangedOnDisk, TextFile, digest_of_file, read_text, write_text
from writer_app.documents.journal import Recovered
from writer_app.documents.origins import Kind, Origin, Origins, load_origins, save_origins
from writer_app.errors import UserError
from writer_app.ui.autosave import Autosave, LateJournal, Snapshot
from writer_app.ui.background import Background
from writer_app.ui.notice import Choice, Notice

_OLDER = "older than what is in the file"  # no file's digest: saving asks before it replaces what was written later


_OFFERED = 3  # drafts of earlier runs at one start, the latest; the others stay in the journal for the next


class Leave(Enum):
    """What to do with unsaved work."""

    SAVE = auto()
    DISCARD = auto()
    CANCEL = auto()


class Questions(Protocol):
    """What only the writer can answer. The window asks in boxes, tests answer at once."""

    def leave(self, name: str) -> Leave:
        """Ask what becomes of unsaved changes in the document of this name."""

    def save_path(self, suggested: Path) -> Path | None:
        """Ask where to save; None is no answer."""


class Draft(Protocol):
    """The text on screen, as the session sees it."""

    def text(self) -> str:
        """Give all of the text."""

    def origins(self) -> Origins:
        """Give who wrote what."""

    def cursor(self) -> int:
        """Give where the cursor stands."""

    def load(self, text: str, origins: Origins, cursor: int = 0) -> None:
        """Show another text, unmodified, with an empty undo history."""

    def is_modified(self) -> bool:
        """Say whether it was edited since it was loaded or saved."""

    def set_modified(self, modified: bool) -> None:  # as Qt has it
        """Set whether it counts as edited."""


@dataclass
class _Place:
    """Where the open document lies and what its file was like when last seen."""

    path: Path | None = None
    title: str = ""
    encoding: str = "utf-8"
    newline: str = "\n"
    has_bom: bool = False
    digest: str | None = None
    seen: tuple[int, int, int] | None = None  # size, time and inode at the last look: whether a closer look is needed


class DocumentSession(QObject):
    """The one open document."""

    changed = Signal()  # name, place or state
    noticed = Signal(object)  # Notice
    withdrawn = Signal(str)  # the key of a notice that no longer holds
    file_used = Signal(str)  # a path that was opened or saved

    def __init__(
        self,
        draft: Draft,
        journal: LateJournal,
        background: Background,
        questions: Questions,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._draft = draft
        self._journal = journal
        self._background = background
        self._questions = questions
        self._place = _Place()
        self._told_modified = False
        self._document_id = uuid.uuid4().hex
        self.autosave = Autosave(journal, background, self.snapshot, self)
        self.autosave.failed.connect(self._autosave_failed)
        self.autosave.recorded.connect(lambda: self.withdrawn.emit("journal"))

    # What it is

    @property
    def path(self) -> Path | None:
        """Where the document lies; None while it has no file."""
        return self._place.path

    def name(self) -> str:
        """Give the document's name for titles and questions."""
        return self._place.path.name if self._place.path else self._place.title or self.tr("Untitled")

    def is_modified(self) -> bool:
        """Say whether there is anything to lose."""
        return self._draft.is_modified()

    def state(self) -> str:
        """Say in a word how it stands."""
        if self.is_modified():
            return self.tr("edited")
        return self.tr("saved") if self._place.path else self.tr("new")

    def snapshot(self) -> Snapshot:
        """Give the document as it stands now."""
        draft = self._draft
        return Snapshot(self._document_id, self._place.path, draft.text(), draft.cursor(), draft.origins())

    def edited(self) -> None:
        """Take note that the text was edited."""
        if self.is_modified():
            self.autosave.edited()
        else:  # undone as far as what is saved
            self.autosave.forget(self._document_id)
        if self.is_modified() != self._told_modified:  # not at each key
            self._tell()

    def _tell(self) -> None:
        self._told_modified = self.is_modified()
        self.changed.emit()

    # New and open

    def new(self) -> bool:
        """Begin an empty document, once unsaved work is settled."""
        if not self.may_leave():
            return False
        self._begin(_Place(), "", Origins())
        return True

    def open(self, path: Path) -> bool:
        """Open a draft, once unsaved work is settled; say so if it cannot be opened."""
        path = path.expanduser().absolute()
        file = self._read(path)
        unsaved = self.is_modified()
        if file is None or not self.may_leave():
            return False
        if unsaved:  # it may be this very file that has just been saved
            file = self._read(path)
        if file is not None:
            self._show_file(path, file)
        return file is not None

    def open_sample(self, path: Path) -> bool:
        """Open the sample story as a new document, so that saving asks where and the sample stays as it is."""
        file = self._read(path)
        if file is None or not self.may_leave():
            return False
        title = path.stem.replace("-", " ").capitalize()
        self._begin(_Place(title=title), file.text, _imported(file.text))
        return True

    def _read(self, path: Path) -> TextFile | None:
        """Read a file, or say why it cannot be read."""
        try:
            return read_text(path)
        except UserError as error:
            self.noticed.emit(Notice.of("open", error))
            return None

    def _show_file(self, path: Path, file: TextFile) -> None:
        notes = list(file.notes)
        origins = load_origins(path, file.text, notes)
        place = _Place(path, path.name, file.encoding, file.newline, file.has_bom, file.digest, _seen(path))
        self._begin(place, file.text, origins)
        if notes:
            self.noticed.emit(Notice("file", f"{path.name}: {notes[0]}", " ".join(notes[1:]), tone="calm"))
        self.file_used.emit(str(path))

    def _begin(self, place: _Place, text: str, origins: Origins) -> None:
        """Put another document in place of the one that is open, which has been settled."""
        self.autosave.forget(self._document_id)
        for key in ("open", "save", "disk", "file", "origins"):
            self.withdrawn.emit(key)
        self._document_id = uuid.uuid4().hex
        self._place = place
        self._draft.load(text, origins)
        self._draft.set_modified(False)
        self._tell()

    # Save

    def save(self) -> bool:
        """Save the document where it lies, or ask where."""
        if self._place.path is None:
            return self.save_as()
        return self._write(self._place.path, expected=self._place.digest)

    def save_as(self) -> bool:
        """Ask where to save, and save there."""
        path = self._questions.save_path(self._place.path or Path(self.name() + ".md"))
        return path is not None and self._write(path.expanduser().absolute(), expected=None)

    def save_over(self) -> bool:
        """Save whatever another program has put there."""
        return self._place.path is not None and self._write(self._place.path, expected=None)

    def save_as_utf8(self, path: Path) -> bool:
        """Save in the encoding that holds every character."""
        self._place.encoding, self._place.has_bom = "utf-8", False
        return self._write(path, expected=self._place.digest if path == self._place.path else None)

    def _write(self, path: Path, expected: str | None) -> bool:
        text, origins, place = self._draft.text(), self._draft.origins(), self._place
        try:
            digest = write_text(
                path,
                text,
                encoding=place.encoding,
                newline=place.newline,
                has_bom=place.has_bom,
                expected_digest=expected,
            )
        except UserError as error:
            self.noticed.emit(Notice.of("save", error, *self._ways_out(path, error)))
            return False
        for key in ("save", "disk"):
            self.withdrawn.emit(key)
        place.path, place.title, place.digest, place.seen = path, path.name, digest, _seen(path)
        self._draft.set_modified(False)
        self.autosave.forget(self._document_id)
        try:
            save_origins(path, text, origins)
        except UserError as error:
            self.noticed.emit(Notice.of("origins", error))
        else:
            self.withdrawn.emit("origins")
        self.file_used.emit(str(path))
        self._tell()
        return True

    def _ways_out(self, path: Path, error: UserError) -> tuple[Choice, ...]:
        elsewhere = Choice(self.tr("Save as…"), self.save_as)
        match error:
            case ChangedOnDisk(deleted=True):
                return (Choice(self.tr("Save it again"), self.save_over), elsewhere)
            case ChangedOnDisk():
                return (
                    Choice(self.tr("Save over it"), self.save_over),
                    Choice(self.tr("Reload"), self.reload),
                    elsewhere,
                )
            case CannotEncode():
                return (Choice(self.tr("Save as UTF-8"), lambda: self.save_as_utf8(path)),)
            case _:
                return (elsewhere, Choice(self.tr("Try again"), self.save))

    # Other programs

    def check_disk(self) -> None:
        """Look whether another program has changed the file, and say so."""
        path = self._place.path
        if path is None:
            return
        seen = _seen(path)
        if seen is not None and seen == self._place.seen:
            return
        try:
            digest = digest_of_file(path)
        except UserError as error:
            self.noticed.emit(Notice.of("disk", error))
            return
        if digest == self._place.digest:
            self._place.seen = seen
            self.withdrawn.emit("disk")
        elif digest is None:
            self._say_file_is_gone(path)
        else:
            self._say_file_has_changed(path, digest)

    def _say_file_is_gone(self, path: Path) -> None:
        self.noticed.emit(
            Notice(
                "disk",
                self.tr("{0} is no longer there: another program deleted or moved it.").format(path),
                self.tr("Your text is still here; save it to have the file again."),
                choices=(Choice(self.tr("Save it again"), self.save_over),),
            )
        )

    def _say_file_has_changed(self, path: Path, digest: str) -> None:
        self.noticed.emit(
            Notice(
                "disk",
                self.tr("{0} was changed by another program.").format(path.name),
                self.tr(
                    "Reload shows what is in the file now. Keep mine leaves your text; saving then replaces the file."
                ),
                choices=(
                    Choice(self.tr("Reload"), self.reload),
                    Choice(self.tr("Keep mine"), lambda: self._keep_mine(path, digest)),
                ),
            )
        )

    def _keep_mine(self, path: Path, digest: str) -> None:
        """Go on with the text on screen; it now stands against what the other program wrote."""
        self._place.digest, self._place.seen = digest, _seen(path)
        self._draft.set_modified(True)
        self.edited()

    def reload(self) -> None:
        """Show what is in the file now. Unsaved work is not lost: the notice that follows gives it back."""
        path, mine = self._place.path, self.snapshot()
        if path is None:
            return
        unsaved = self.is_modified()
        file = self._read(path)
        if file is None:
            return
        self._show_file(path, file)
        if unsaved:
            give_back = Choice(self.tr("Bring my text back"), lambda: self._bring_back(mine))
            message = self.tr("{0} was loaded again; your unsaved changes were set aside.").format(path.name)
            self.noticed.emit(Notice("file", message, tone="calm", choices=(give_back,)))

    def _bring_back(self, mine: Snapshot) -> None:
        self._draft.load(mine.text, mine.origins, mine.cursor)
        self._draft.set_modified(True)
        self.edited()

    # Leaving

    def may_leave(self) -> bool:
        """Settle unsaved work with the writer: True once it is saved or not wanted."""
        if not self.is_modified():
            return True
        match self._questions.leave(self.name()):
            case Leave.SAVE:
                return self.save()
            case Leave.DISCARD:
                return True
            case Leave.CANCEL:
                return False

    def close(self) -> None:
        """Take leave of the document: it is saved or not wanted, so the journal need not keep it."""
        self.autosave.forget(self._document_id)

    # After a crash

    def offer_recovery(self) -> None:
        """Look in the journal for what an earlier run left unsaved, and offer it."""
        self._background.run(self._left_over, then=self._offer, failed=self._autosave_failed)

    def _left_over(self) -> tuple[list[Recovered], UserError | None]:
        journal = self._journal.opened()
        return journal.pending(), journal.warning

    def _offer(self, found: tuple[Sequence[Recovered], UserError | None]) -> None:
        left, warning = found
        if warning is not None:
            self.noticed.emit(Notice.of("journal", warning))
        for recovered in left[:_OFFERED]:
            if self._is_saved(recovered):
                self._forget(recovered)
            else:
                self.noticed.emit(self._recovery_notice(recovered))

    def _is_saved(self, recovered: Recovered) -> bool:
        """Say whether the file holds just what the journal does."""
        try:
            return recovered.path is not None and read_text(recovered.path).text == recovered.text
        except UserError:
            return False

    def _recovery_notice(self, recovered: Recovered) -> Notice:
        name = recovered.path.name if recovered.path else self.tr("a draft without a name")
        moment = QDateTime.fromSecsSinceEpoch(round(recovered.saved_at))
        when = QLocale().toString(moment, QLocale.FormatType.ShortFormat)
        return Notice(
            f"recovery-{recovered.document_id}",
            self.tr("Writer App ended before {0} was saved.").format(name),
            self.tr("What you wrote until {0} is here ({1} characters).").format(
                when, QLocale().toString(len(recovered.text))
            ),
            choices=(
                Choice(self.tr("Restore"), lambda: self.restore(recovered)),
                Choice(self.tr("Throw away"), lambda: self._forget(recovered)),
            ),
        )

    def restore(self, recovered: Recovered) -> bool:
        """Bring back what the journal kept, as unsaved work on the same file."""
        if not self.may_leave():
            self.noticed.emit(self._recovery_notice(recovered))
            return False
        self._begin(self._place_of(recovered), recovered.text, recovered.origins)
        self._draft.load(recovered.text, recovered.origins, recovered.cursor)
        self._draft.set_modified(True)
        self.autosave.record_in_place_of(recovered.document_id)
        self._tell()
        return True

    def _place_of(self, recovered: Recovered) -> _Place:
        path = recovered.path
        if path is None:
            return _Place()
        try:
            file = read_text(path)
        except UserError:  # gone or unreadable: saving says so, and the text is here
            return _Place(path, path.name)
        seen = _seen(path)
        changed_since = seen is not None and seen[1] > recovered.saved_at * 1e9
        digest = _OLDER if changed_since else file.digest
        return _Place(path, path.name, file.encoding, file.newline, file.has_bom, digest, None)

    def _forget(self, recovered: Recovered) -> None:
        self._background.run(lambda: self._journal.opened().clear(recovered.document_id), failed=self._autosave_failed)

    def _autosave_failed(self, error: UserError) -> None:
        remedy = self.tr("Save the draft yourself meanwhile.")
        self.noticed.emit(Notice("journal", error.message, f"{error.remedy} {remedy}".strip()))


def _imported(text: str) -> Origins:
    return Origins.uniform(len(text), Origin(Kind.IMPORTED))


def _seen(path: Path) -> tuple[int, int, int] | None:
    try:
        found = os.stat(path)  # noqa: PTH116  # Path.stat is the same call
    except OSError:
        return None
    return found.st_size, found.st_mtime_ns, found.st_ino
