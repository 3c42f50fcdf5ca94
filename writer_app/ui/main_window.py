"""The main window: lays out menu, page, panel and status line, and connects the presenters to them.

What happens to files is decided by `document_session`, who asks the model by `suggestion_link`, what the actions are by
`actions`; here is only what a window must do itself: show, ask, close.
"""

import base64
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QByteArray, QEvent, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QGuiApplication, QShowEvent
from PySide6.QtWidgets import QDockWidget, QMainWindow, QVBoxLayout, QWidget

from writer_app.models import list_models
from writer_app.paths import resources_folder
from writer_app.settings import Appearance, SuggestionPreferences
from writer_app.suggest.worker import LoadedModel, SuggestionService
from writer_app.ui.actions import GHOST_ACTIONS, Actions, shown_keys
from writer_app.ui.appearance import Dresser
from writer_app.ui.autosave import LateJournal
from writer_app.ui.background import Background
from writer_app.ui.banner import BannerArea
from writer_app.ui.dialogs import Dialogs, documents_folder
from writer_app.ui.document_session import DocumentSession
from writer_app.ui.editor import Editor
from writer_app.ui.editor_draft import EditorDraft
from writer_app.ui.exports import KINDS, Exporter, words_for
from writer_app.ui.file_drop import FileDrop
from writer_app.ui.find_bar import FindBar
from writer_app.ui.help_notes import about, places
from writer_app.ui.menus import fill_menu_bar
from writer_app.ui.model_box import describe_model
from writer_app.ui.notice import Notice
from writer_app.ui.presets import PRESETS, adjusted, with_preset
from writer_app.ui.recent_menu import RecentMenu
from writer_app.ui.settings_keeper import SettingsKeeper
from writer_app.ui.settings_panel import SettingsPanel
from writer_app.ui.shortcuts_dialog import ShortcutsDialog
from writer_app.ui.status_bar import StatusBar
from writer_app.ui.suggestion_link import SuggestionLink
from writer_app.ui.word_count import WordCounter

_FIRST_SIZE = QSize(1280, 820)
_DEVICES = {"cpu": "CPU", "cuda": "CUDA"}


class MainWindow(QMainWindow):
    """One window, one draft."""

    painted = Signal()  # the window has been painted for the first time: heavy things may begin
    closed = Signal()

    def __init__(
        self,
        *,
        keeper: SettingsKeeper,
        dresser: Dresser,
        service: SuggestionService,
        journal: LateJournal,
        background: Background,
        dialogs: Dialogs,
    ) -> None:
        super().__init__()
        self._keeper = keeper
        self._dresser = dresser
        self._dialogs = dialogs
        self._was_painted = False

        self.editor = Editor(self)
        self.banners = BannerArea(self)
        self.find_bar = FindBar(self.editor, self)
        self.panel = SettingsPanel(keeper.suggestions, self)
        self.status = StatusBar(self)
        self.session = DocumentSession(EditorDraft(self.editor), journal, background, dialogs, self)
        self.link = SuggestionLink(self.editor, service, keeper, self)
        self.exporter = Exporter(background, self)
        self.words = WordCounter(self.editor.document(), self)
        self.drop = FileDrop(self)
        self.actions_by_id = Actions(self, self._slots(), keeper.shortcuts)

        self._lay_out()
        self._fill_menus()
        self._connect()
        self._dress()
        self._set_text_font(keeper.appearance)
        self._set_keys()
        self._show_preferences(keeper.suggestions)
        self.editor.document().setModified(False)
        self._show_document()
        self.status.show_words(self.words.words)
        self._restore_window()

    # Layout

    def _lay_out(self) -> None:
        self.setObjectName("mainWindow")
        self.setMinimumSize(480, 320)
        centre = QWidget(self)
        column = QVBoxLayout(centre)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.banners)
        column.addWidget(self.find_bar)
        column.addWidget(self.editor, 1)
        self.find_bar.hide()
        self.setCentralWidget(centre)
        self.setStatusBar(self.status)

        self.dock = QDockWidget(self.tr("Suggestions"), self)
        self.dock.setObjectName("suggestionsDock")
        self.dock.setTitleBarWidget(QWidget(self.dock))
        self.dock.setFeatures(QDockWidget.DockWidgetFeature.NoDockWidgetFeatures)
        self.dock.setAllowedAreas(Qt.DockWidgetArea.RightDockWidgetArea)
        self.dock.setWidget(self.panel)
        self.dock.hide()
        self.setCorner(Qt.Corner.BottomRightCorner, Qt.DockWidgetArea.BottomDockWidgetArea)
        self.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, self.dock)

        self.editor.setAccessibleName(self.tr("Draft"))
        self.editor.setPlaceholderText(
            self.tr("Begin to write. When you pause, a suggestion appears in grey: Tab takes it.")
        )
        self.setFocusProxy(self.editor)
        self.editor.setFocus()

    def _fill_menus(self) -> None:
        menus = fill_menu_bar(self.menuBar(), self.actions_by_id)
        self.recent = RecentMenu(menus["recent"], self.actions_by_id["clear_recent"], self)
        self.recent.chosen.connect(self.session.open)

    def _slots(self) -> dict[str, Callable[..., object]]:
        editor, session, find_bar = self.editor, self.session, self.find_bar
        slots: dict[str, Callable[..., object]] = {
            "new": session.new,
            "open": self._open,
            "clear_recent": self._keeper.clear_recent,
            "save": session.save,
            "save_as": session.save_as,
            "quit": self.close,
            "undo": editor.undo,
            "redo": editor.redo,
            "cut": editor.cut,
            "copy": editor.copy,
            "paste": editor.paste,
            "select_all": editor.selectAll,
            "find": find_bar.open_find,
            "find_next": find_bar.find_next,
            "find_previous": find_bar.find_previous,
            "replace": find_bar.open_replace,
            "automatic": lambda checked: self._change(automatic=checked),
            "panel": self.show_panel,
            "zoom_in": editor.zoom_in,
            "zoom_out": editor.zoom_out,
            "zoom_reset": editor.zoom_reset,
            "full_screen": self._full_screen,
            "sample": self.open_sample,
            "shortcuts": self._edit_shortcuts,
            "places": lambda: self.banners.post(places()),
            "about": lambda: self.banners.post(about()),
        }
        for name in (*GHOST_ACTIONS, "ask_now"):
            slots[name] = lambda _checked=False, name=name: editor.do(name)
        for kind in KINDS:
            slots[f"export_{kind}"] = lambda _checked=False, kind=kind: self._export(kind)
        for preset in PRESETS:
            slots[f"preset_{preset.lower()}"] = lambda _checked=False, preset=preset: self._use_preset(preset)
        for theme in ("system", "light", "dark", "sepia"):
            slots[f"theme_{theme}"] = lambda _checked=False, theme=theme: self._keeper.set_appearance(theme=theme)
        return slots

    def _connect(self) -> None:
        session, link, keeper = self.session, self.link, self._keeper
        for speaker in (session, link, keeper, self.exporter):
            speaker.noticed.connect(self.banners.post)
        for speaker in (session, link, self.exporter):
            speaker.withdrawn.connect(self.banners.withdraw)
        session.changed.connect(self._show_document)
        session.file_used.connect(keeper.add_recent)
        self.editor.document().contentsChanged.connect(session.edited)
        self.editor.document().modificationChanged.connect(session.edited)
        self.words.changed.connect(self.status.show_words)
        self.editor.zoom_changed.connect(lambda percent: keeper.set_window("zoom", percent))
        self._follow_what_is_possible()
        self.drop.watch(self)
        self.drop.watch(self.editor.viewport())
        self.drop.dropped.connect(self._take_dropped)

        link.loading.connect(self._show_loading)
        link.loaded.connect(self._show_loaded)
        link.refused.connect(self._show_refused)
        link.latency.connect(self.status.show_latency)
        link.cuda_known.connect(lambda available: self.panel.model.show_cuda(available=available))

        self.panel.changed.connect(keeper.set_suggestions)
        self.panel.close_asked.connect(lambda: self.show_panel(visible=False))
        keeper.suggestions_changed.connect(self._show_preferences)
        keeper.appearance_changed.connect(self._set_text_font)
        keeper.shortcuts_changed.connect(self._set_keys)
        keeper.recent_changed.connect(self.recent.show_paths)
        self._dresser.colours_changed.connect(self._dress)
        self.recent.show_paths(keeper.recent_files)

    def _follow_what_is_possible(self) -> None:
        """Grey in the menus what would do nothing."""
        actions, editor = self.actions_by_id, self.editor
        for name, available in (
            ("undo", editor.undoAvailable),
            ("redo", editor.redoAvailable),
            ("cut", editor.copyAvailable),
            ("copy", editor.copyAvailable),
        ):
            actions[name].setEnabled(False)
            available.connect(actions[name].setEnabled)
        self._follow_ghost("")
        editor.ghost_changed.connect(self._follow_ghost)

    def _follow_ghost(self, ghost: str) -> None:
        for name in GHOST_ACTIONS:
            self.actions_by_id[name].setEnabled(bool(ghost))

    # What is shown

    def _show_document(self) -> None:
        session = self.session
        self.setWindowTitle(f"{session.name()}[*] — Writer App")
        self.setWindowModified(session.is_modified())
        self.setWindowFilePath(str(session.path or ""))
        self.status.show_state(session.state())

    def _show_preferences(self, preferences: SuggestionPreferences) -> None:
        self.panel.show_preferences(preferences)
        self.actions_by_id["automatic"].setChecked(preferences.automatic)
        for preset in PRESETS:
            self.actions_by_id[f"preset_{preset.lower()}"].setChecked(preferences.preset == preset)

    def _show_loading(self, name: str) -> None:
        self.status.show_model(name, self.tr("loading"))
        self.panel.model.show_state(self.tr("Loading…"))

    def _show_loaded(self, model: LoadedModel) -> None:
        device = _DEVICES.get(model.device, model.device)
        self.status.show_model(model.name, device)
        self.panel.model.show_state(f"{describe_model(model.model_type, model.parameters)} · {device}")

    def _show_refused(self, why: str) -> None:
        self.status.show_model(self.tr("no model"))
        self.panel.model.show_state(why)

    def _dress(self) -> None:
        colours = self._dresser.colours
        self.editor.set_theme(colours)
        theme = self._keeper.appearance.theme
        self.actions_by_id[f"theme_{theme}"].setChecked(True)

    def _set_text_font(self, appearance: Appearance) -> None:
        self.editor.set_text_font(appearance.text_family, appearance.text_size)
        self.editor.set_characters_per_line(appearance.characters_per_line)
        self.actions_by_id[f"theme_{appearance.theme}"].setChecked(True)

    def _set_keys(self) -> None:
        actions = self.actions_by_id
        actions.set_shortcuts(self._keeper.shortcuts)
        keys = actions.editor_keys()
        self.editor.set_keys(keys)
        native = {name: shown_keys(sequence) for name, sequence in keys.items()}
        self.panel.show_keys(
            self.tr("{0} takes it · {1} one word · {2} no thanks").format(
                native["accept_all"], native["accept_word"], native["dismiss"]
            )
        )

    # What the writer asks of the window

    def open_sample(self) -> bool:
        """Open the sample story as a new draft."""
        stories = sorted((resources_folder() / "sample").glob("*.md"))
        if not stories:
            where = resources_folder() / "sample"
            self.banners.post(Notice("open", self.tr("There is no sample story in {0}.").format(where)))
            return False
        return self.session.open_sample(stories[0])

    def show_panel(self, visible: bool) -> None:  # a slot of QAction.triggered
        """Open or close the settings panel."""
        if visible:
            self.panel.show_models(list_models())
        self.dock.setVisible(visible)
        self.actions_by_id["panel"].setChecked(visible)
        self._keeper.set_window("panel_open", visible)
        if not visible:
            self.editor.setFocus()

    def _open(self) -> None:
        last = self.session.path
        path = self._dialogs.open_path(last.parent if last else documents_folder())
        if path is not None:
            self.session.open(path)

    def _take_dropped(self, paths: list[Path]) -> None:
        self.session.open(paths[0])
        self.say_left_out(paths[1:])

    def say_left_out(self, paths: list[Path]) -> None:
        """Say that one window holds one draft, and which ones were left out."""
        if paths:
            names = ", ".join(path.name for path in paths)
            message = self.tr("One draft is open at a time. Left out: {0}.").format(names)
            self.banners.post(Notice("left out", message, self.tr("Open them one by one."), tone="calm"))

    def _export(self, kind: str) -> None:
        place = self.session.path or documents_folder() / self.session.name()
        target = self._dialogs.export_path(place.with_suffix(f".{kind}"), words_for(kind))
        if target is not None:
            name = Path(self.session.name()).stem
            self.exporter.export(self.session.snapshot(), target, kind, name, self._keeper.author)

    def _change(self, **values: float | str | bool) -> None:
        self._keeper.set_suggestions(adjusted(self._keeper.suggestions, **values))

    def _use_preset(self, name: str) -> None:
        self._keeper.set_suggestions(with_preset(self._keeper.suggestions, name))

    def _full_screen(self, full: bool) -> None:  # a slot of QAction.triggered
        if full:
            self.showFullScreen()
        else:
            self.showNormal()

    def _edit_shortcuts(self) -> None:
        self.shortcuts_dialog = ShortcutsDialog(self.actions_by_id.keys, self)
        self.shortcuts_dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.shortcuts_dialog.accepted_keys.connect(self._keeper.set_shortcuts)
        self.shortcuts_dialog.open()

    # The window itself

    def changeEvent(self, event: QEvent) -> None:
        """Look at the file when the writer comes back from another program."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and self.isActiveWindow():
            self.session.check_disk()

    def event(self, event: QEvent) -> bool:
        """Say once that the window is on screen."""
        handled = super().event(event)
        if event.type() == QEvent.Type.Paint and not self._was_painted:
            self._was_painted = True
            QTimer.singleShot(0, self.painted.emit)
        return handled

    def showEvent(self, event: QShowEvent) -> None:
        """Dress once more: polishing, just done, gives the page the palette that it had when it was made."""
        self._dress()
        super().showEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Close once unsaved work is settled."""
        if not self.session.may_leave():
            event.ignore()
            return
        self.session.close()
        self._keeper.set_window("geometry", base64.b64encode(self.saveGeometry().data()).decode("ascii"))
        self.closed.emit()
        event.accept()

    def _restore_window(self) -> None:
        geometry = self._keeper.window("geometry")
        restored = isinstance(geometry, str) and self.restoreGeometry(
            QByteArray.fromBase64(geometry.encode("ascii", "ignore"))
        )
        if not restored:
            screen = QGuiApplication.primaryScreen().availableSize()
            self.resize(_FIRST_SIZE.boundedTo(screen))
        zoom = self._keeper.window("zoom")
        if isinstance(zoom, int):
            self.editor.set_zoom(zoom)
        if self._keeper.window("panel_open") is True:
            self.show_panel(visible=True)
