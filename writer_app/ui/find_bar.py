"""The bar for finding and replacing: inline, above the page. Enter finds the next, Shift+Enter the one before, Esc closes.

What is found is in `search`; the text is read once for each change of it or of what is looked for, never while the bar
is closed.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QColor, QKeyEvent, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QLineEdit, QPushButton, QTextEdit, QWidget

from writer_app.ui.controls import Check
from writer_app.ui.search import Match, Search

if TYPE_CHECKING:
    from collections.abc import Callable

    from writer_app.ui.editor import Editor

_MOST_MARKED = 500  # matches that get a background
_PAUSE = 150  # milliseconds after a change of the text, before it is searched again
_SHIFT = Qt.KeyboardModifier.ShiftModifier


class FindBar(QWidget):
    """Finds and replaces in one editor."""

    def __init__(self, editor: Editor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editor = editor
        self._search = Search("")
        self._matches: list[Match] = []
        self._marked = False
        self._start = 0  # where the search began: what is typed is looked for from there on
        self._make_widgets()
        self._lay_out()
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE)
        self._pause.timeout.connect(self._look_again)
        editor.document().contentsChanged.connect(self._pause_then_look)
        editor.selectionChanged.connect(self._say_where)
        editor.ghost_changed.connect(self._mark_matches)
        editor.look_changed.connect(self._mark_matches)
        self.hide()

    # --- what menus ask

    def open_find(self) -> None:
        """Open the bar for finding what is selected, or what was looked for last."""
        self._open(replacing=False)

    def open_replace(self) -> None:
        """Open the bar with the line for replacing."""
        self._open(replacing=True)

    def find_next(self) -> None:
        """Select the next match after the cursor, from the top again after the last."""
        self._step(lambda starts: bisect_left(starts, self._editor.textCursor().selectionEnd()))

    def find_previous(self) -> None:
        """Select the match before the cursor, from the bottom again before the first."""
        self._step(lambda starts: bisect_left(starts, self._editor.textCursor().selectionStart()) - 1)

    def replace(self) -> None:
        """Write the replacement over the selected match, and select the next; select one first if none is."""
        self._look_again()
        selected = self._selected()
        if selected is not None and not self._editor.isReadOnly():
            match = self._matches[selected]
            words = self._search.replacement(match, self.replacement.text())
            self._editor.replace_ranges([(match.start, match.end, words)])
            self._look_again()
        self.find_next()

    def replace_all(self) -> None:
        """Replace every match; one undo step."""
        if self._editor.isReadOnly():
            return
        self._look_again()
        words = self.replacement.text()
        replaced = [(match.start, match.end, self._search.replacement(match, words)) for match in self._matches]
        self._editor.replace_ranges(replaced)
        self._look_again()
        self.message.setText(self.tr("Replaced: {0:,}").format(len(replaced)))

    def close_bar(self) -> None:
        """Close the bar; the writer goes on in the text."""
        self.hide()
        self._pause.stop()
        self._matches = []
        self._mark_matches()
        self._editor.setFocus()

    # --- Qt

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if event.key() == Qt.Key.Key_Escape:
            self.close_bar()
        elif event.key() == Qt.Key.Key_F3 or (enter and self.wanted.hasFocus()):
            (self.find_previous if event.modifiers() & _SHIFT else self.find_next)()
        elif enter and self.replacement.hasFocus():
            self.replace()
        else:
            super().keyPressEvent(event)

    # --- inside

    def _make_widgets(self) -> None:
        self.wanted = QLineEdit(self)
        self.wanted.setPlaceholderText(self.tr("Find"))
        self.wanted.setAccessibleName(self.tr("Find"))
        self.wanted.textChanged.connect(self._look_as_typed)
        self.replacement = QLineEdit(self)
        self.replacement.setPlaceholderText(self.tr("Replace with"))
        self.replacement.setAccessibleName(self.tr("Replace with"))
        self.match_case = self._option(self.tr("Match case"), self.tr("Tell capitals from small letters"))
        self.whole_words = self._option(self.tr("Whole words"), self.tr("Leave out what is part of a longer word"))
        self.expression = self._option(
            self.tr("Regular expression"), self.tr(r"Find a pattern; in the replacement \1 is its first group")
        )
        self.message = QLabel(self)
        self.message.setObjectName("controlNote")
        self.message.setWordWrap(True)
        self.message.setAccessibleName(self.tr("Matches"))
        self.previous_button = self._button(self.tr("Previous"), self.find_previous)
        self.next_button = self._button(self.tr("Next"), self.find_next)
        self.replace_button = self._button(self.tr("Replace"), self.replace)
        self.replace_all_button = self._button(self.tr("Replace all"), self.replace_all)
        self.close_button = self._button("\u00d7", self.close_bar)
        self.close_button.setObjectName("closeButton")
        self.close_button.setFixedSize(28, 28)
        self.close_button.setAccessibleName(self.tr("Close the find bar"))
        self.close_button.setToolTip(self.tr("Close (Esc)"))

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(24, 8, 16, 8)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(0, 1)
        grid.addWidget(self.wanted, 0, 0)
        grid.addWidget(self.previous_button, 0, 1)
        grid.addWidget(self.next_button, 0, 2)
        grid.addWidget(self.close_button, 0, 3)
        grid.addWidget(self.replacement, 1, 0)
        grid.addWidget(self.replace_button, 1, 1)
        grid.addWidget(self.replace_all_button, 1, 2)
        options = QHBoxLayout()
        options.setSpacing(16)
        for option in (self.match_case, self.whole_words, self.expression):
            options.addWidget(option)
        options.addWidget(self.message, 1)
        grid.addLayout(options, 2, 0, 1, 4)

    def _option(self, text: str, tip: str) -> Check:
        box = Check(text, self)
        box.setToolTip(tip)
        box.toggled.connect(self._look_as_typed)
        return box

    def _button(self, text: str, slot: Callable[[], None]) -> QPushButton:
        button = QPushButton(text, self)
        button.setAutoDefault(False)
        button.clicked.connect(lambda _checked=False: slot())
        return button

    def _open(self, *, replacing: bool) -> None:
        cursor = self._editor.textCursor()
        chosen = cursor.selectedText()
        self._start = cursor.selectionStart()
        replacing = replacing and not self._editor.isReadOnly()
        for widget in (self.replacement, self.replace_button, self.replace_all_button):
            widget.setVisible(replacing)
        self.show()
        self._look_again()
        if chosen and "\u2029" not in chosen and not self.expression.isChecked() and self._selected() is None:
            self.wanted.setText(chosen)
        self.wanted.setFocus()
        self.wanted.selectAll()

    def _pause_then_look(self) -> None:
        if self.isVisible():
            self._pause.start()

    def _look_again(self) -> None:
        self._pause.stop()
        self._search = Search(
            self.wanted.text(),
            match_case=self.match_case.isChecked(),
            whole_words=self.whole_words.isChecked(),
            regular_expression=self.expression.isChecked(),
        )
        self._matches = list(self._search.matches(self._editor.text()))
        self._mark_matches()
        self._say_where()

    def _look_as_typed(self) -> None:
        """Select the first match from where the search began."""
        self._look_again()
        if self._matches:
            place = bisect_left([match.start for match in self._matches], self._start)
            self._select(self._matches[place % len(self._matches)])

    def _step(self, choose: Callable[[list[int]], int]) -> None:
        if not self.wanted.text():
            self.open_find()
            return
        self._look_again()
        if self._matches:
            place = choose([match.start for match in self._matches])
            self._select(self._matches[place % len(self._matches)])
            self._start = self._editor.textCursor().selectionStart()

    def _select(self, match: Match) -> None:
        cursor = self._editor.textCursor()
        cursor.setPosition(match.start)
        cursor.setPosition(match.end, QTextCursor.MoveMode.KeepAnchor)
        self._editor.setTextCursor(cursor)
        self._editor.ensureCursorVisible()

    def _selected(self) -> int | None:
        """The place among the matches of the one that is selected."""
        cursor = self._editor.textCursor()
        start, end = cursor.selectionStart(), cursor.selectionEnd()
        place = bisect_left(self._matches, start, key=lambda match: match.start)
        if place < len(self._matches) and (self._matches[place].start, self._matches[place].end) == (start, end):
            return place
        return None

    def _say_where(self) -> None:
        if not self.isVisible():
            return
        count, selected = len(self._matches), self._selected()
        if not self.wanted.text():
            message = ""
        elif self._search.error:
            message = self.tr("This is no expression: {0}").format(self._search.error)
        elif not count:
            message = self.tr("Nothing found")
        elif selected is not None:
            message = self.tr("{0:,} of {1:,}").format(selected + 1, count)
        else:
            message = self.tr("Found: {0:,}").format(count)
        self.message.setText(message)

    def _mark_matches(self) -> None:
        """Give the matches a background, but not while a ghost is shown: Qt would paint them beside the mark."""
        shown = [] if self._editor.ghost_text() or not self.isVisible() else self._matches[:_MOST_MARKED]
        if not shown and not self._marked:
            return
        self._marked = bool(shown)
        style = QTextCharFormat()
        style.setBackground(QColor(self._editor.colours.caution))
        marks = []
        for match in shown:
            mark = QTextEdit.ExtraSelection()
            mark.cursor = QTextCursor(self._editor.document())
            mark.cursor.setPosition(match.start)
            mark.cursor.setPosition(match.end, QTextCursor.MoveMode.KeepAnchor)
            mark.format = style
            marks.append(mark)
        self._editor.setExtraSelections(marks)
