"""The editor: a page that records origins and shows, at the cursor, how the text could go on.

Everything that may change the text passes through `_edit`: it takes the ghost's paint away, lets Qt do its work, works
out from the cursor what was typed or erased, tells the ghost, and lays what is left of it. So Qt never meets a ghost.
What changes the text without passing there (a menu of Qt's own, a program) ends the ghost.
"""

from __future__ import annotations

import uuid
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QDragEnterEvent,
    QDropEvent,
    QInputMethodEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QTextCursor,
)
from PySide6.QtWidgets import QApplication

from writer_app.documents.runs import Kind, Origin
from writer_app.suggest import Suggestion, SuggestionSettings
from writer_app.suggest.worker import Answer, Request
from writer_app.ui.context_window import ContextWindow
from writer_app.ui.ghost import Ghost
from writer_app.ui.ghost_layout import LONGEST_BLOCK, GhostLayout, column_at
from writer_app.ui.highlighter import MarkdownHighlighter
from writer_app.ui.origin_edit import OriginEdit
from writer_app.ui.origin_formats import units

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from PySide6.QtCore import QMimeData
    from PySide6.QtWidgets import QWidget

    from writer_app.documents.runs import Origins

DEFAULT_KEYS = {
    "accept_all": "Tab",
    "accept_word": "Ctrl+Right",
    "accept_sentence": "Alt+Right",
    "next_alternative": "Alt+]",
    "previous_alternative": "Alt+[",
    "dismiss": "Esc",
    "ask_now": "Alt+\\",
}
"""What the ghost listens to while it is on screen; `ask_now` always."""

_BEFORE_SENTENCE = 24  # characters before the cursor that tell whether "." ends a sentence


@dataclass(frozen=True)
class Accepted:
    """What was taken: the text that was inserted, of which suggestion, and how much of it ("all", "word", "sentence")."""

    text: str
    suggestion: Suggestion
    part: str


@dataclass(frozen=True)
class _Mark:
    """Where things stood before Qt did its work."""

    position: int
    anchor: int
    characters: int
    revision: int


class Editor(OriginEdit):
    """The text of one draft, with suggestions. Asks through `suggestion_wanted`, is answered with `show_answer`."""

    suggestion_wanted = Signal(object)
    """A Request for the text around the cursor."""
    suggestion_accepted = Signal(object)
    """An Accepted."""
    ghost_changed = Signal(str)
    """The ghost that is on screen now, "" for none."""
    typed = Signal()
    """The writer typed something."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ghost = Ghost()
        self._answer: Answer | None = None  # what the ghost was made from
        self._shown = ""
        self._revision = 0
        self._inside = 0  # depth of `_edit`
        self._composing = False
        self._pressed: QPointF | None = None  # where a click ended a ghost
        self._automatic = True
        self._settings = self._asked_with = SuggestionSettings()
        self._keys: dict[str, str] = {}
        self.set_keys({name: QKeySequence(keys) for name, keys in DEFAULT_KEYS.items()})
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(60)
        self._pause.timeout.connect(self._ask_after_pause)
        self.highlighter = MarkdownHighlighter(self.document())
        self._layout = GhostLayout(self.document())
        self._window = ContextWindow(self.document())
        self.document().contentsChange.connect(self._follow_change)
        self.cursorPositionChanged.connect(self._follow_cursor)
        self.selectionChanged.connect(self._follow_selection)
        self.look_changed.connect(self._take_look)
        self._take_look()

    # --- what can be set

    def set_settings(self, settings: SuggestionSettings) -> None:
        """Ask with these settings from the next request on."""
        self._settings = settings

    def set_automatic(self, automatic: bool) -> None:
        """Ask by itself after typing, or only when told to."""
        self._automatic = automatic
        if not automatic:
            self._pause.stop()

    def set_delay(self, milliseconds: int) -> None:
        """Ask this long after the last key."""
        self._pause.setInterval(milliseconds)

    def set_keys(self, keys: Mapping[str, QKeySequence]) -> None:
        """Listen to these keys; the names are those of DEFAULT_KEYS, and what is not named stays as it was."""
        chosen = {**{name: QKeySequence(text) for text, name in self._keys.items()}, **keys}
        self._keys = {sequence.toString(): name for name, sequence in chosen.items() if not sequence.isEmpty()}

    # --- suggestions

    @property
    def revision(self) -> int:
        """Counts each change and each move of the cursor."""
        return self._revision

    def ghost_text(self) -> str:
        """What is offered on screen after the cursor; "" if nothing is."""
        return self._shown

    def suggestion(self) -> Suggestion | None:
        """The suggestion that is on screen."""
        return self._answer.suggestions[self._ghost.index] if self._shown and self._answer else None

    def ask_now(self) -> None:
        """Ask for a suggestion at the cursor, whatever is set about asking by itself."""
        self._pause.stop()
        if not self._may_suggest():
            return
        cursor = self.textCursor()
        position = cursor.position()
        self._ghost.asked(self._revision)
        self._asked_with = self._settings
        before, after = self._window.before(position), self._window.after(position)
        self.suggestion_wanted.emit(Request(self._revision, before, after, self._settings))

    def show_answer(self, answer: Answer) -> None:
        """Show an answer, if it still fits: made for this place, with nothing typed since that it does not begin with."""
        if not self._may_suggest():
            return
        texts = tuple(suggestion.text for suggestion in answer.suggestions)
        if not self._ghost.answered(answer.revision, texts, final=answer.final):
            return
        self._answer = answer
        if self._ghost.text:
            self._pause.stop()
        self._lay()

    def dismiss_ghost(self) -> None:
        """Take the ghost away and keep quiet at this place, until something is typed."""
        self._forget()

    def accept_all(self) -> None:
        """Insert all of the ghost, and ask how it could go on from there."""
        self._accept("all", self._ghost.accept_all)

    def accept_word(self) -> None:
        """Insert the next word of the ghost."""
        self._accept("word", self._ghost.accept_word)

    def accept_sentence(self) -> None:
        """Insert the ghost up to the end of its sentence."""
        before = self.textCursor().block().text()[: self.textCursor().positionInBlock()][-_BEFORE_SENTENCE:]
        self._accept("sentence", lambda: self._ghost.accept_sentence(before))

    def next_alternative(self) -> None:
        """Show the next suggestion in place of this one."""
        self._ghost.next()
        self._lay()

    def previous_alternative(self) -> None:
        """Show the suggestion before this one."""
        self._ghost.previous()
        self._lay()

    def do(self, name: str) -> None:
        """Do what a name of DEFAULT_KEYS says: for menus. Raises KeyError for another name."""
        {
            "accept_all": self.accept_all,
            "accept_word": self.accept_word,
            "accept_sentence": self.accept_sentence,
            "next_alternative": self.next_alternative,
            "previous_alternative": self.previous_alternative,
            "dismiss": self.dismiss_ghost,
            "ask_now": self.ask_now,
        }[name]()

    # --- what others ask of the text

    def undo(self) -> None:
        """Undo one step; a ghost that was accepted or typed through comes back."""
        self._edit(super().undo)

    def redo(self) -> None:
        """Redo one step."""
        self._edit(super().redo)

    def load(self, text: str, origins: Origins) -> None:
        self._forget()
        super().load(text, origins)

    def insert_with_origin(self, text: str, origin: Origin) -> None:
        self._forget()
        super().insert_with_origin(text, origin)

    def insertFromMimeData(self, source: QMimeData) -> None:
        self._forget()
        super().insertFromMimeData(source)

    # --- Qt: keys

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            name = self._key_name(event)
            if name and (self._shown or name != "dismiss"):
                event.accept()  # ours while the focus is here, even if a menu lists the same keys
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        name = self._key_name(event)
        if name == "ask_now" or (name and self._shown):
            self.do(name)
            event.accept()
            return
        if name == "dismiss":
            self._forget()  # an answer on its way is not wanted either; the key goes on to whom it concerns
        self._edit(lambda: super(Editor, self).keyPressEvent(event), typing=self.inserts(event))

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        def compose() -> None:
            self._composing = bool(event.preeditString())
            super(Editor, self).inputMethodEvent(event)

        self._edit(compose, typing=bool(event.commitString()), composing=True)

    # --- Qt: mouse, drag and drop

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(self._past_the_ghost(event))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        super().mouseDoubleClickEvent(self._past_the_ghost(event))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._layout.is_shown:
            return  # Qt would offer the ghost to the input method
        if self._pressed is not None:
            near = (event.position() - self._pressed).manhattanLength() < QApplication.startDragDistance()
            if near and event.buttons():
                return  # the text has moved under a hand that hardly has: no selection is meant
            self._pressed = None
        super().mouseMoveEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        self._forget()
        super().dragEnterEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        self._forget()
        super().dropEvent(event)

    # --- inside: following the text

    def _edit(self, action: Callable[[], None], *, typing: bool = False, composing: bool = False) -> None:
        """Let Qt change the text with the ghost out of the way, and follow what became of it."""
        before = self._mark()
        self._layout.lift()
        self._inside += 1
        try:
            action()
        finally:
            self._inside -= 1
            self._settle(before, composing=composing)
        if typing and self.document().revision() != before.revision:
            self.typed.emit()
            self._ask_later()

    def _mark(self) -> _Mark:
        cursor, document = self.textCursor(), self.document()
        return _Mark(cursor.position(), cursor.anchor(), document.characterCount(), document.revision())

    def _settle(self, before: _Mark, *, composing: bool) -> None:
        after = self._mark()
        grown = after.characters - before.characters
        if (
            self.textCursor().hasSelection()
            or before.anchor != before.position
            or grown != after.position - before.position
        ):
            self._forget()
        elif grown > 0:
            self._ghost.typed(self._text_between(before.position, after.position))
        elif grown < 0:
            self._ghost.erased(-grown)
        elif after.revision != before.revision and not composing:
            self._forget()
        self._lay()

    def _text_between(self, start: int, end: int) -> str:
        cursor = QTextCursor(self.document())
        cursor.setPosition(start)
        cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        return cursor.selectedText().replace("\u2029", "\n")

    def _follow_change(self, position: int, _removed: int, added: int) -> None:
        self._revision += 1
        if not self._inside:
            self._ghost.forget()
            self._pause.stop()
            self._layout.lift_after_change(position, added)
            self._tell("")

    def _follow_cursor(self) -> None:
        self._revision += 1
        if not self._inside:
            self._forget()

    def _follow_selection(self) -> None:
        if not self._inside and self.textCursor().hasSelection():
            self._forget()

    # --- inside: the ghost on screen

    def _lay(self) -> None:
        """Bring what is on screen in line with the ghost."""
        text = self._ghost.text if self._may_suggest() else ""
        if not text:
            self._layout.lift()
        elif not self._layout.lay(self.textCursor(), text):
            text = ""
        self._tell(text)

    def _tell(self, text: str) -> None:
        if text != self._shown:
            self._shown = text
            self.ghost_changed.emit(text)

    def _forget(self) -> None:
        self._ghost.forget()
        self._pause.stop()
        self._lay()

    def _take_look(self) -> None:
        """Highlight again, and lay the ghost again on top of it."""
        self._layout.lift()
        self._layout.set_colour(QColor(self.colours.ghost))
        self.highlighter.set_colours(self.colours)
        self._lay()

    def _past_the_ghost(self, event: QMouseEvent) -> QMouseEvent:
        """End the ghost before Qt sees a click, and aim the click at the text that was under the mouse."""
        self._pressed = None
        if not self._layout.is_shown:
            return event
        self._pressed = event.position()
        aimed = self._document_position(event.position())
        self._forget()
        cursor = QTextCursor(self.document())
        cursor.setPosition(aimed)
        place = QPointF(self.cursorRect(cursor).center())
        return QMouseEvent(
            event.type(),
            place,
            self.viewport().mapTo(self.window(), place),
            self.viewport().mapToGlobal(place),
            event.button(),
            event.buttons(),
            event.modifiers(),
            event.pointingDevice(),
        )

    def _document_position(self, point: QPointF) -> int:
        """The position under a point while the ghost is laid out; on the ghost itself, the cursor's.

        Qt's own answer counts the ghost in, and may be one past the end of the text.
        """
        cursor = self.textCursor()
        block = cursor.block()
        place = self.blockBoundingGeometry(block).translated(self.contentOffset())
        if not place.top() <= point.y() < place.bottom():
            return self.cursorForPosition(point.toPoint()).position()
        column = column_at(block.layout(), point - place.topLeft())
        beyond = column - cursor.positionInBlock()
        return block.position() + column if beyond <= 0 else cursor.position() + max(beyond - units(self._shown), 0)

    # --- inside: asking

    def _may_suggest(self) -> bool:
        cursor = self.textCursor()
        return not (
            self._composing or self.isReadOnly() or cursor.hasSelection() or cursor.block().length() > LONGEST_BLOCK
        )

    def _ask_later(self) -> None:
        """Ask after a pause, unless a ghost is there already or the cursor stands inside a word."""
        self._pause.stop()
        if self._automatic and not self._shown and not self._composing:
            self._pause.start()

    def _ask_after_pause(self) -> None:
        cursor = self.textCursor()
        following = self.document().characterAt(cursor.position())
        if not following.isalnum():
            self.ask_now()

    def _key_name(self, event: QKeyEvent) -> str | None:
        modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        return self._keys.get(QKeySequence(modifiers.value | event.key()).toString())

    # --- inside: accepting

    def _accept(self, part: str, take: Callable[[], str]) -> None:
        """Insert what `take` gives as one undo step, with the record of where it comes from."""
        suggestion = self.suggestion()
        if suggestion is None:
            return
        self._layout.lift()
        text = take()
        self._inside += 1
        try:
            super().insert_with_origin(text, self._origin(text, suggestion))
        finally:
            self._inside -= 1
        self._lay()
        self.suggestion_accepted.emit(Accepted(text, suggestion, part))
        if not self._shown and self._automatic:
            self.ask_now()

    def _origin(self, text: str, suggestion: Suggestion) -> Origin:
        """All that is needed to have the same suggestion made again."""
        return Origin(
            Kind.SUGGESTED,
            (
                ("id", uuid.uuid4().hex),
                ("model", suggestion.model),
                *asdict(self._asked_with).items(),
                ("alternative", self._ghost.index),
                ("time", datetime.now(UTC).isoformat(timespec="seconds")),
                ("text", text),
            ),
        )
