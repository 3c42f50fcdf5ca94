from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from writer_app.errors import UserError
from writer_app.ui.banner import BannerArea
from writer_app.ui.notice import Choice, Notice


def button(area: BannerArea, key: str, text: str) -> QPushButton:
    banner = area.banner(key)
    assert banner is not None
    return next(found for found in banner.findChildren(QPushButton) if found.text() == text)


def shown(qtbot: QtBot) -> BannerArea:
    area = BannerArea()
    qtbot.addWidget(area)
    return area


def test_an_error_is_shown_with_what_is_wrong_and_what_to_do(qtbot: QtBot) -> None:
    area = shown(qtbot)

    area.post(Notice.of("save", UserError("/tmp/a.md could not be saved: the disk is full.", "Free some space.")))

    banner = area.banner("save")
    assert banner is not None
    assert area.isVisible()
    assert banner.accessibleName() == "/tmp/a.md could not be saved: the disk is full."
    assert banner.accessibleDescription() == "Free some space."


def test_a_notice_takes_the_place_of_an_earlier_one_of_its_kind(qtbot: QtBot) -> None:
    area = shown(qtbot)

    area.post(Notice("save", "first"))
    area.post(Notice("other", "second"))
    area.post(Notice("save", "third"))

    assert [notice.message for notice in area.notices()] == ["second", "third"]


def test_choosing_takes_the_notice_away_and_then_acts(qtbot: QtBot) -> None:
    area = shown(qtbot)
    acts: list[int] = []
    area.post(Notice("disk", "changed", choices=(Choice("Reload", lambda: acts.append(len(area.notices()))),)))

    qtbot.mouseClick(button(area, "disk", "Reload"), Qt.MouseButton.LeftButton)

    assert acts == [0]
    assert area.isHidden()


def test_a_choice_may_post_the_same_notice_again(qtbot: QtBot) -> None:
    area = shown(qtbot)
    notice = Notice("save", "full", choices=(Choice("Try again", lambda: area.post(Notice("save", "still full"))),))
    area.post(notice)

    qtbot.mouseClick(button(area, "save", "Try again"), Qt.MouseButton.LeftButton)

    assert [notice.message for notice in area.notices()] == ["still full"]


def test_the_cross_puts_a_notice_away_without_acting(qtbot: QtBot) -> None:
    area = shown(qtbot)
    acts: list[str] = []
    area.post(Notice("disk", "changed", choices=(Choice("Reload", lambda: acts.append("reloaded")),)))

    qtbot.mouseClick(button(area, "disk", "×"), Qt.MouseButton.LeftButton)

    assert area.notices() == []
    assert acts == []
    assert area.isHidden()


def test_what_a_notice_says_is_not_taken_for_markup(qtbot: QtBot) -> None:
    area = shown(qtbot)

    area.post(Notice("open", "<b>bold</b>.md is not there."))

    banner = area.banner("open")
    assert banner is not None
    label = next(label for label in banner.findChildren(QLabel) if label.text() == "<b>bold</b>.md is not there.")
    assert label.textFormat() == Qt.TextFormat.PlainText
