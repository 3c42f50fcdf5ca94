"""Every action of the app in one table: id, menu, text, keys. Menus and the shortcut settings are made from it.

Ghost keys (`in_editor`) are not window shortcuts: Tab accepts a suggestion only while there is one and is an ordinary
Tab otherwise, so the editor handles them itself; `keys` tells it which they are.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QWidget

_Keys = QKeySequence.StandardKey


@dataclass(frozen=True)
class Spec:
    """One row of the table."""

    id: str
    menu: str
    text: object  # a str; QT_TRANSLATE_NOOP, which marks it for the translators, is declared to give an object
    keys: QKeySequence.StandardKey | str = ""
    group: str = ""  # actions of one group exclude one another
    checkable: bool = False
    in_editor: bool = False  # the editor handles the key
    also: str = ""  # other keys, while its own are in use
    after_line: bool = False  # a separator stands before it
    menu_role: QAction.MenuRole = QAction.MenuRole.NoRole


MENUS: dict[str, object] = {
    "file": QT_TRANSLATE_NOOP("Actions", "&File"),
    "recent": QT_TRANSLATE_NOOP("Actions", "Open &recent"),
    "export": QT_TRANSLATE_NOOP("Actions", "&Export"),
    "edit": QT_TRANSLATE_NOOP("Actions", "&Edit"),
    "suggest": QT_TRANSLATE_NOOP("Actions", "&Suggest"),
    "view": QT_TRANSLATE_NOOP("Actions", "&View"),
    "theme": QT_TRANSLATE_NOOP("Actions", "&Theme"),
    "help": QT_TRANSLATE_NOOP("Actions", "&Help"),
}
SUBMENUS: dict[str, str] = {"recent": "file", "export": "file", "theme": "view"}

TABLE: tuple[Spec, ...] = (
    Spec("new", "file", QT_TRANSLATE_NOOP("Actions", "&New"), _Keys.New),
    Spec("open", "file", QT_TRANSLATE_NOOP("Actions", "&Open…"), _Keys.Open),
    Spec("clear_recent", "recent", QT_TRANSLATE_NOOP("Actions", "&Clear this list"), after_line=True),
    Spec("save", "file", QT_TRANSLATE_NOOP("Actions", "&Save"), _Keys.Save, after_line=True),
    Spec("save_as", "file", QT_TRANSLATE_NOOP("Actions", "Save &as…"), "Ctrl+Shift+S"),
    Spec("export_docx", "export", QT_TRANSLATE_NOOP("Actions", "&Word document (docx)…")),
    Spec("export_pdf", "export", QT_TRANSLATE_NOOP("Actions", "&PDF…")),
    Spec("export_html", "export", QT_TRANSLATE_NOOP("Actions", "Web page (&HTML)…")),
    Spec("export_md", "export", QT_TRANSLATE_NOOP("Actions", "&Markdown…")),
    Spec("export_txt", "export", QT_TRANSLATE_NOOP("Actions", "Plain &text…")),
    Spec(
        "quit",
        "file",
        QT_TRANSLATE_NOOP("Actions", "&Quit"),
        "Ctrl+Q",
        after_line=True,
        menu_role=QAction.MenuRole.QuitRole,
    ),
    Spec("undo", "edit", QT_TRANSLATE_NOOP("Actions", "&Undo"), _Keys.Undo),
    Spec("redo", "edit", QT_TRANSLATE_NOOP("Actions", "&Redo"), "Ctrl+Shift+Z"),
    Spec("cut", "edit", QT_TRANSLATE_NOOP("Actions", "Cu&t"), _Keys.Cut, after_line=True),
    Spec("copy", "edit", QT_TRANSLATE_NOOP("Actions", "&Copy"), _Keys.Copy),
    Spec("paste", "edit", QT_TRANSLATE_NOOP("Actions", "&Paste"), _Keys.Paste),
    Spec("select_all", "edit", QT_TRANSLATE_NOOP("Actions", "Select &all"), _Keys.SelectAll),
    Spec("find", "edit", QT_TRANSLATE_NOOP("Actions", "&Find…"), _Keys.Find, after_line=True),
    Spec("find_next", "edit", QT_TRANSLATE_NOOP("Actions", "Find &next"), "F3"),
    Spec("find_previous", "edit", QT_TRANSLATE_NOOP("Actions", "Find pre&vious"), "Shift+F3"),
    Spec("replace", "edit", QT_TRANSLATE_NOOP("Actions", "R&eplace…"), "Ctrl+H"),
    Spec("accept_all", "suggest", QT_TRANSLATE_NOOP("Actions", "&Take it"), "Tab", in_editor=True),
    Spec("accept_word", "suggest", QT_TRANSLATE_NOOP("Actions", "Take the next &word"), "Ctrl+Right", in_editor=True),
    Spec(
        "accept_sentence",
        "suggest",
        QT_TRANSLATE_NOOP("Actions", "Take to the end of the &sentence"),
        "Alt+Right",
        in_editor=True,
    ),
    Spec("next_alternative", "suggest", QT_TRANSLATE_NOOP("Actions", "&Next alternative"), "Alt+]", in_editor=True),
    Spec(
        "previous_alternative",
        "suggest",
        QT_TRANSLATE_NOOP("Actions", "&Previous alternative"),
        "Alt+[",
        in_editor=True,
    ),
    Spec("dismiss", "suggest", QT_TRANSLATE_NOOP("Actions", "No &thanks"), "Esc", in_editor=True),
    Spec("ask_now", "suggest", QT_TRANSLATE_NOOP("Actions", "&Ask now"), "Alt+\\", in_editor=True, after_line=True),
    Spec("automatic", "suggest", QT_TRANSLATE_NOOP("Actions", "Suggest when I &pause"), checkable=True),
    Spec(
        "preset_steady",
        "suggest",
        QT_TRANSLATE_NOOP("Actions", "St&eady"),
        group="preset",
        checkable=True,
        after_line=True,
    ),
    Spec("preset_story", "suggest", QT_TRANSLATE_NOOP("Actions", "St&ory"), group="preset", checkable=True),
    Spec("preset_wild", "suggest", QT_TRANSLATE_NOOP("Actions", "W&ild"), group="preset", checkable=True),
    Spec("panel", "view", QT_TRANSLATE_NOOP("Actions", "&Suggestion settings"), "F9", checkable=True),
    Spec("zoom_in", "view", QT_TRANSLATE_NOOP("Actions", "&Larger text"), "Ctrl++", also="Ctrl+=", after_line=True),
    Spec("zoom_out", "view", QT_TRANSLATE_NOOP("Actions", "S&maller text"), "Ctrl+-"),
    Spec("zoom_reset", "view", QT_TRANSLATE_NOOP("Actions", "&Usual size"), "Ctrl+0"),
    Spec("theme_system", "theme", QT_TRANSLATE_NOOP("Actions", "As the &system"), group="theme", checkable=True),
    Spec("theme_light", "theme", QT_TRANSLATE_NOOP("Actions", "&Light"), group="theme", checkable=True),
    Spec("theme_dark", "theme", QT_TRANSLATE_NOOP("Actions", "&Dark"), group="theme", checkable=True),
    Spec("theme_sepia", "theme", QT_TRANSLATE_NOOP("Actions", "S&epia"), group="theme", checkable=True),
    Spec("full_screen", "view", QT_TRANSLATE_NOOP("Actions", "&Full screen"), "F11", checkable=True, after_line=True),
    Spec("sample", "help", QT_TRANSLATE_NOOP("Actions", "Open the &sample story")),
    Spec("shortcuts", "help", QT_TRANSLATE_NOOP("Actions", "&Keyboard shortcuts…")),
    Spec("places", "help", QT_TRANSLATE_NOOP("Actions", "&Where things lie")),
    Spec(
        "about",
        "help",
        QT_TRANSLATE_NOOP("Actions", "&About Writer App"),
        after_line=True,
        menu_role=QAction.MenuRole.AboutRole,
    ),
)


GHOST_ACTIONS = tuple(spec.id for spec in TABLE if spec.in_editor and spec.id != "ask_now")
"""What can be done with a suggestion that is on screen."""


def translated(text: object) -> str:
    """Give a text of the table in the user's language."""
    return QCoreApplication.translate("Actions", str(text))


def plain(text: object) -> str:
    """Give an action's text without the mark of its underlined letter and without its dots."""
    return translated(text).replace("&", "").rstrip("…")


def default_keys(spec: Spec) -> str:
    """Give an action's own keys as portable text."""
    return QKeySequence(spec.keys).toString(QKeySequence.SequenceFormat.PortableText)


def shown_keys(keys: QKeySequence) -> str:
    """Give keys as a person reads them, arrows as arrows."""
    shown = keys.toString(QKeySequence.SequenceFormat.NativeText)
    for word, arrow in (("Left", "←"), ("Right", "→"), ("Up", "↑"), ("Down", "↓")):
        shown = shown.removesuffix(word) + arrow if shown.endswith(f"+{word}") else shown
    return shown


class Actions:
    """The QActions, by id."""

    def __init__(
        self, owner: QWidget, slots: Mapping[str, Callable[..., object]], shortcuts: Mapping[str, str]
    ) -> None:
        """Make every action of the table; `slots` says what each does, `shortcuts` which keys the writer has changed."""
        self._owner = owner
        self._groups: dict[str, QActionGroup] = {}
        self._by_id = {spec.id: self._make(spec, slots[spec.id]) for spec in TABLE}
        self.keys: dict[str, str] = {}
        self.set_shortcuts(shortcuts)

    def __getitem__(self, name: str) -> QAction:
        return self._by_id[name]

    def set_shortcuts(self, shortcuts: Mapping[str, str]) -> None:
        """Give each action its own keys, or those that the writer has chosen."""
        self.keys = {spec.id: shortcuts.get(spec.id, default_keys(spec)) for spec in TABLE}
        for spec in TABLE:
            action, keys = self._by_id[spec.id], QKeySequence(self.keys[spec.id])
            shown = shown_keys(keys)
            if spec.in_editor:
                action.setText(translated(spec.text) + (f"\t{shown}" if shown else ""))
            else:
                own = self.keys[spec.id] == default_keys(spec)
                action.setShortcuts([keys, QKeySequence(spec.also)] if own and spec.also else [keys])
            action.setToolTip(f"{plain(spec.text)} ({shown})" if shown else plain(spec.text))

    def editor_keys(self) -> dict[str, QKeySequence]:
        """Give the keys that the editor handles itself."""
        return {spec.id: QKeySequence(self.keys[spec.id]) for spec in TABLE if spec.in_editor}

    def _make(self, spec: Spec, slot: Callable[..., object]) -> QAction:
        action = QAction(translated(spec.text), self._owner)
        action.setObjectName(spec.id)
        action.setMenuRole(spec.menu_role)
        action.setCheckable(spec.checkable)
        if spec.group:
            group = self._groups.setdefault(spec.group, QActionGroup(self._owner))
            group.setExclusionPolicy(QActionGroup.ExclusionPolicy.ExclusiveOptional)
            group.addAction(action)
        action.triggered.connect(slot)
        self._owner.addAction(action)
        return action
