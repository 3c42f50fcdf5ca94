import pytest
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from writer_app.ui import theme
from writer_app.ui.theme import DARK, LIGHT, SEPIA, ThemeColours

THEMES = pytest.mark.parametrize("colours", [LIGHT, DARK, SEPIA], ids=["light", "dark", "sepia"])


def luminance(colour: str) -> float:
    channels = (QColor(colour).redF(), QColor(colour).greenF(), QColor(colour).blueF())
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """As WCAG 2 defines it."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_the_measure_of_contrast_is_the_known_one() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


@THEMES
def test_text_stands_out_seven_to_one_wherever_it_stands(colours: ThemeColours) -> None:
    for ground in (colours.page, colours.panel, colours.ground, colours.caution, colours.selection):
        assert contrast(colours.ink, ground) >= 7


@THEMES
def test_ghost_and_quiet_text_stand_out_four_and_a_half_to_one(colours: ThemeColours) -> None:
    assert contrast(colours.ghost, colours.page) >= 4.5
    assert contrast(colours.quiet, colours.panel) >= 4.5
    assert contrast(colours.quiet, colours.ground) >= 4.5
    assert contrast(colours.accent, colours.panel) >= 4.5
    assert contrast(colours.on_accent, colours.accent) >= 4.5


@THEMES
def test_the_style_sheet_has_every_colour_filled_in(colours: ThemeColours) -> None:
    assert "@" not in theme.style_sheet(colours)


@THEMES
def test_the_application_wears_the_theme(qtbot: QtBot, colours: ThemeColours) -> None:
    app = QApplication.instance()
    assert isinstance(app, QApplication)

    theme.apply(app, colours)

    assert app.palette().color(QPalette.ColorRole.Window) == QColor(colours.ground)
    assert app.palette().color(QPalette.ColorRole.Base) == QColor(colours.page)


@pytest.mark.parametrize(("is_dark", "expected"), [(True, DARK), (False, LIGHT)])
def test_the_system_theme_is_dark_where_the_desktop_is(is_dark: bool, expected: ThemeColours) -> None:
    assert theme.named("system", system_is_dark=is_dark) == expected
    assert theme.named("sepia", system_is_dark=is_dark) == SEPIA


def test_a_family_that_is_not_installed_gives_way_to_one_that_is(qtbot: QtBot) -> None:
    assert theme.installed_family("No Such Face", ("Nor This", "DejaVu Serif")) in {"DejaVu Serif", "DejaVu Sans"}
