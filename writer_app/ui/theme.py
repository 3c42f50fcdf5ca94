"""Colours, palettes and the one small style sheet: light, dark and sepia.

Fusion does the drawing; the palette gives it our colours and the style sheet the few shapes Fusion lacks. Nothing here
knows a window. Ink on page is at least 7:1, ghost and quiet text at least 4.5:1; `tests/ui/test_theme.py` measures it.
"""

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontInfo, QPalette
from PySide6.QtWidgets import QApplication

GRID = 8
"""Distances are multiples of this many pixels."""

INTERFACE_FAMILIES = ("Inter", "Noto Sans", "Segoe UI", "Helvetica Neue")
TEXT_FAMILIES = ("Noto Serif", "Charter", "Georgia", "DejaVu Serif")


@dataclass(frozen=True)
class ThemeColours:
    """One theme, each colour as #RRGGBB."""

    ground: str  # behind the page
    page: str  # what the text stands on
    ink: str  # text
    quiet: str  # what is said in a low voice: notes, status
    hairline: str  # borders, separators
    accent: str  # the one colour
    ghost: str  # text that is offered, not written
    panel: str  # docks, menus, tooltips
    on_accent: str  # text on the accent
    selection: str  # behind selected text
    caution: str  # behind a banner that asks for attention
    dark: bool = False


LIGHT = ThemeColours(
    ground="#EEECE7",
    page="#FBFAF7",
    ink="#22211E",
    quiet="#6B675F",
    hairline="#DDD9D0",
    accent="#2F6F62",
    ghost="#767168",
    panel="#F6F4EF",
    on_accent="#FFFFFF",
    selection="#CFE3DC",
    caution="#F5E7C8",
)
DARK = ThemeColours(
    ground="#171817",
    page="#1F2120",
    ink="#E4E1DA",
    quiet="#9A968C",
    hairline="#32342F",
    accent="#7FC0AE",
    ghost="#8E8A80",
    panel="#1B1D1C",
    on_accent="#12201C",
    selection="#2D463F",
    caution="#3A3220",
    dark=True,
)
SEPIA = ThemeColours(
    ground="#E8DEC8",
    page="#F5ECD9",
    ink="#33291C",
    quiet="#66573F",
    hairline="#D6C8AA",
    accent="#7A4A1C",
    ghost="#746349",
    panel="#EFE5D0",
    on_accent="#FFFFFF",
    selection="#DFCBA2",
    caution="#F0D9A4",
)


def named(theme: str, *, system_is_dark: bool) -> ThemeColours:
    """Give the colours of a theme's name as the settings hold it: light, dark, sepia or system."""
    if theme == "system":
        return DARK if system_is_dark else LIGHT
    return {"light": LIGHT, "dark": DARK, "sepia": SEPIA}[theme]


def system_is_dark() -> bool:
    """Say whether the desktop asks for dark windows."""
    return QApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark


def installed_family(wanted: str, others: tuple[str, ...]) -> str:
    """Give the first of these families that the machine has, or Qt's default family."""
    have = set(QFontDatabase.families())
    for family in (wanted, *others):
        if family in have:
            return family
    return QFontInfo(QFont()).family()


def interface_font() -> QFont:
    """Give the font of menus and panels."""
    font = QFont(installed_family(INTERFACE_FAMILIES[0], INTERFACE_FAMILIES[1:]))
    font.setPointSizeF(10)
    return font


def apply(app: QApplication, colours: ThemeColours) -> None:
    """Dress the whole application in these colours."""
    app.setStyle("Fusion")
    app.setPalette(palette(colours))
    app.setFont(interface_font())
    app.setStyleSheet(style_sheet(colours))


def palette(colours: ThemeColours) -> QPalette:
    """Give Fusion our colours, disabled states included."""
    role = QPalette.ColorRole
    made = QPalette()
    for name, colour in {
        role.Window: colours.ground,
        role.WindowText: colours.ink,
        role.Base: colours.page,
        role.AlternateBase: colours.panel,
        role.Text: colours.ink,
        role.Button: colours.panel,
        role.ButtonText: colours.ink,
        role.BrightText: colours.on_accent,
        role.Highlight: colours.accent,
        role.HighlightedText: colours.on_accent,
        role.Accent: colours.accent,
        role.Link: colours.accent,
        role.LinkVisited: colours.accent,
        role.PlaceholderText: colours.ghost,
        role.ToolTipBase: colours.panel,
        role.ToolTipText: colours.ink,
        role.Light: colours.page,
        role.Midlight: colours.panel,
        role.Mid: colours.hairline,
        role.Dark: colours.hairline,
        role.Shadow: colours.hairline,
    }.items():
        made.setColor(name, QColor(colour))
    faint = _mix(colours.quiet, colours.panel, 0.35)
    for name in (role.WindowText, role.Text, role.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, name, faint)
    return made


def style_sheet(colours: ThemeColours) -> str:
    """Give the style sheet: menu bar, menus, panel, banner, sliders, buttons, scroll bars."""
    values = {name: value for name, value in vars(colours).items() if isinstance(value, str)}
    values["handle"] = _mix(colours.quiet, colours.ground, 0.45).name()
    values["groove"] = _mix(colours.hairline, colours.ink, 0.06).name()
    values["hover"] = _mix(colours.hairline, colours.panel, 0.35).name()
    values["faint"] = _mix(colours.quiet, colours.panel, 0.35).name()
    sheet = _SHEET
    for name, value in values.items():
        sheet = sheet.replace(f"@{name};", f"{value};")
    return sheet


def _mix(first: str, second: str, share: float) -> QColor:
    """Blend two colours; `share` is how much of the second there is."""
    a, b = QColor(first), QColor(second)
    return QColor.fromRgbF(
        a.redF() + (b.redF() - a.redF()) * share,
        a.greenF() + (b.greenF() - a.greenF()) * share,
        a.blueF() + (b.blueF() - a.blueF()) * share,
    )


_SHEET = """
QMainWindow, QMenuBar, QStatusBar { background: @ground; }
QMainWindow::separator { width: 0; height: 0; }
QMenuBar { padding: 2px 12px; border: none; }
QMenuBar::item { padding: 6px 12px; border-radius: 4px; background: transparent; color: @ink; }
QMenuBar::item:selected, QMenuBar::item:pressed { background: @hairline; }
QMenu { background: @panel; border: 1px solid @hairline; padding: 6px 0; }
QMenu::item { padding: 6px 32px 6px 32px; color: @ink; background: transparent; }
QMenu::item:selected { background: @hairline; }
QMenu::item:disabled { color: @faint; }
QMenu::separator { height: 1px; background: @hairline; margin: 6px 12px; }
QToolTip { background: @panel; color: @ink; border: 1px solid @hairline; padding: 6px 8px; }

QStatusBar { min-height: 24px; }
QStatusBar::item { border: none; }
QStatusBar QLabel { color: @quiet; font-size: 9pt; }

#settingsPanel, #settingsPanel QScrollArea, #settingsBody { background: @panel; border: none; }
#settingsPanel { border-left: 1px solid @hairline; }
#panelTitle { font-size: 13pt; font-weight: 600; color: @ink; }
#controlName { font-weight: 600; color: @ink; }
#controlValue { color: @accent; }
#controlNote { color: @quiet; font-size: 9pt; }
#modelCard { color: @quiet; font-size: 9pt; background: @page; border: 1px solid @hairline; border-radius: 4px;
    padding: 4px; }

QPushButton { background: @page; color: @ink; border: 1px solid @hairline; border-radius: 4px; padding: 6px 14px; }
QPushButton:hover { background: @hover; }
QPushButton:pressed { background: @hairline; }
QPushButton:disabled { color: @faint; }
QPushButton:focus { border: 1px solid @accent; }
QPushButton:default { background: @accent; color: @on_accent; border: 1px solid @accent; }
#segment { border-radius: 0; padding: 7px 4px; margin: 0; }
#segment[place="middle"] { border-left: none; border-right: none; }
#segment[place="first"] { border-top-left-radius: 4px; border-bottom-left-radius: 4px; }
#segment[place="last"] { border-top-right-radius: 4px; border-bottom-right-radius: 4px; }
#segment:checked { background: @accent; color: @on_accent; border-color: @accent; font-weight: 600; }
#segment:focus { border: 1px solid @accent; }
#segment:checked:focus { border: 2px solid @ink; }
#fold, #quietButton { background: transparent; border: none; color: @quiet; padding: 4px 0; text-align: left; }
#fold:hover, #quietButton:hover { color: @ink; }
#fold:focus, #quietButton:focus { color: @accent; text-decoration: underline; }
#closeButton { background: transparent; border: none; border-radius: 4px; padding: 0; color: @quiet; font-size: 13pt; }
#closeButton:hover { background: @hairline; color: @ink; }
#closeButton:focus { border: 1px solid @accent; }

QSlider { min-height: 24px; background: transparent; }
QSlider::groove:horizontal { height: 4px; background: @groove; border-radius: 2px; }
QSlider::sub-page:horizontal { background: @accent; border-radius: 2px; }
QSlider::handle:horizontal { width: 14px; height: 14px; margin: -7px 0; border: 2px solid @accent; border-radius: 9px;
    background: @page; }
QSlider::handle:horizontal:hover { background: @selection; }
QSlider::handle:horizontal:focus { background: @accent; }

QComboBox, QDoubleSpinBox, QLineEdit, QKeySequenceEdit QLineEdit {
    background: @page; color: @ink; border: 1px solid @hairline; border-radius: 4px; padding: 5px 8px;
    selection-background-color: @selection; selection-color: @ink; }
QComboBox:focus, QDoubleSpinBox:focus, QLineEdit:focus { border: 1px solid @accent; }
QComboBox::drop-down { border: none; width: 28px; }
QComboBox::down-arrow { image: none; }
QComboBox QAbstractItemView { background: @panel; color: @ink; border: 1px solid @hairline; outline: none;
    selection-background-color: @hairline; selection-color: @ink; padding: 4px; }
QComboBox QAbstractItemView::item { padding: 4px 6px; color: @ink; }
QComboBox QAbstractItemView::item:selected { background: @hairline; }
QComboBox QAbstractItemView::item:disabled { color: @faint; }
QDoubleSpinBox QLineEdit { border: none; padding: 0; background: transparent; }

#banner { background: @panel; border: none; border-bottom: 1px solid @hairline; }
#banner[tone="caution"] { background: @caution; }
#banner QLabel { color: @ink; background: transparent; }
#bannerRemedy { font-size: 9pt; }

QDoubleSpinBox::up-button, QDoubleSpinBox::down-button { subcontrol-origin: border; width: 24px; border: none;
    background: transparent; }
QDoubleSpinBox::up-button { subcontrol-position: top right; }
QDoubleSpinBox::down-button { subcontrol-position: bottom right; }
QDoubleSpinBox::up-arrow, QDoubleSpinBox::down-arrow { image: none; }

QScrollBar:vertical { background: transparent; width: 12px; margin: 0; border: none; }
QScrollBar:horizontal { background: transparent; height: 12px; margin: 0; border: none; }
QScrollBar::handle { background: @handle; border-radius: 3px; }
QScrollBar::handle:vertical { margin: 2px 3px; min-height: 32px; }
QScrollBar::handle:horizontal { margin: 3px 2px; min-width: 32px; }
QScrollBar::handle:hover { background: @quiet; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; border: none; background: none; }
QScrollBar::add-page, QScrollBar::sub-page { background: none; }
"""
