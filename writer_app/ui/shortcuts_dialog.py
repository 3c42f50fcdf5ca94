"""The keyboard shortcuts: every action with its keys, which can be changed where they stand.

`conflicts` is the rule and needs no window: no two actions may share keys, but for the ghost keys, which mean what they
say only while a suggestion is on screen.
"""

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFrame,
    QGridLayout,
    QKeySequenceEdit,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from writer_app.ui.actions import MENUS, SUBMENUS, TABLE, Spec, default_keys, plain
from writer_app.ui.controls import describe, label
from writer_app.ui.theme import GRID


def conflicts(keys: Mapping[str, str]) -> list[tuple[str, str]]:
    """Give the pairs of actions that share keys."""
    taken: dict[tuple[str, bool], str] = {}
    found = []
    for spec in TABLE:
        sequence = keys.get(spec.id, default_keys(spec))
        if not sequence:
            continue
        other = taken.setdefault((sequence, spec.in_editor), spec.id)
        if other != spec.id:
            found.append((other, spec.id))
    return found


def chosen_only(keys: Mapping[str, str]) -> dict[str, str]:
    """Give only the keys that differ from the actions' own."""
    return {spec.id: keys[spec.id] for spec in TABLE if keys.get(spec.id, default_keys(spec)) != default_keys(spec)}


class ShortcutsDialog(QDialog):
    """Edits a table of keys and hands it over once it is free of conflicts."""

    accepted_keys = Signal(object)  # dict[str, str]: what differs from the actions' own keys

    def __init__(self, keys: Mapping[str, str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Keyboard shortcuts"))
        self.resize(56 * GRID, 72 * GRID)
        self.fields: dict[str, QKeySequenceEdit] = {}

        table = QWidget(self)
        grid = QGridLayout(table)
        grid.setHorizontalSpacing(2 * GRID)
        grid.setVerticalSpacing(GRID // 2)
        grid.setColumnStretch(0, 1)
        menu = ""
        for spec in TABLE:
            top = SUBMENUS.get(spec.menu, spec.menu)
            if top != menu:
                menu = top
                title = label(plain(MENUS[top]), "controlName", table)
                grid.addWidget(title, grid.rowCount(), 0)
                grid.setRowMinimumHeight(grid.rowCount() - 1, 4 * GRID)
            self._add(grid, spec, keys.get(spec.id, default_keys(spec)), table)

        scroll = QScrollArea(self)
        scroll.setWidget(table)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)

        self._trouble = label("", "controlNote", self)
        self._trouble.setWordWrap(True)
        buttons = QDialogButtonBox(self)
        self._done = buttons.addButton(self.tr("Use these keys"), QDialogButtonBox.ButtonRole.AcceptRole)
        cancel = buttons.addButton(self.tr("Cancel"), QDialogButtonBox.ButtonRole.RejectRole)
        reset = buttons.addButton(self.tr("Back to the usual keys"), QDialogButtonBox.ButtonRole.ResetRole)
        for button in (self._done, cancel, reset):
            describe(button, button.text(), button.text())
        self._done.clicked.connect(self._finish)
        cancel.clicked.connect(self.reject)
        reset.clicked.connect(self._reset)

        column = QVBoxLayout(self)
        column.addWidget(scroll, 1)
        column.addWidget(self._trouble)
        column.addWidget(buttons)
        self._look_for_conflicts()

    def keys(self) -> dict[str, str]:
        """Give the keys as they stand."""
        portable = QKeySequence.SequenceFormat.PortableText
        return {name: field.keySequence().toString(portable) for name, field in self.fields.items()}

    def trouble(self) -> str:
        """Give what stands in the way of using these keys."""
        return self._trouble.text()

    def done_button(self) -> QPushButton:
        """Give the button that takes the keys over."""
        return self._done

    def _add(self, grid: QGridLayout, spec: Spec, keys: str, table: QWidget) -> None:
        row = grid.rowCount()
        name = QLabel(plain(spec.text), table)
        field = QKeySequenceEdit(QKeySequence(keys), table)
        field.setMaximumSequenceLength(1)
        field.setClearButtonEnabled(True)
        field.setFixedWidth(22 * GRID)
        describe(field, plain(spec.text), self.tr("Press the keys you want for this"))
        name.setBuddy(field)
        grid.addWidget(name, row, 0)
        grid.addWidget(field, row, 1, Qt.AlignmentFlag.AlignRight)
        field.keySequenceChanged.connect(self._look_for_conflicts)
        self.fields[spec.id] = field

    def _look_for_conflicts(self) -> None:
        names = {spec.id: plain(spec.text) for spec in TABLE}
        found = conflicts(self.keys())
        self._done.setEnabled(not found)
        self._trouble.setText(
            " ".join(self.tr("“{0}” and “{1}” have the same keys.").format(names[a], names[b]) for a, b in found)
        )

    def _reset(self) -> None:
        for spec in TABLE:
            self.fields[spec.id].setKeySequence(QKeySequence(default_keys(spec)))

    def _finish(self) -> None:
        self.accepted_keys.emit(chosen_only(self.keys()))
        self.accept()
