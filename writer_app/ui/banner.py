"""Banners: inline messages above the page, instead of boxes that stop the writer.

`BannerArea` stacks them; what they say and do comes as a `Notice`.
"""

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from writer_app.ui.notice import Choice, Notice
from writer_app.ui.theme import GRID


class Banner(QFrame):
    """One notice: the message, what to do about it, its buttons and a cross."""

    def __init__(self, notice: Notice, area: "BannerArea") -> None:
        super().__init__(area)
        self.notice = notice
        self._area = area
        self.setObjectName("banner")
        self.setProperty("tone", notice.tone)
        self.setAccessibleName(notice.message)
        self.setAccessibleDescription(notice.remedy)

        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self._label(notice.message, "bannerMessage"))
        if notice.remedy:
            words.addWidget(self._label(notice.remedy, "bannerRemedy"))

        row = QHBoxLayout(self)
        row.setContentsMargins(3 * GRID, GRID, 2 * GRID, GRID)
        row.setSpacing(GRID)
        row.addLayout(words, 1)
        for choice in notice.choices:
            row.addWidget(self._button(choice), 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self._cross(), 0, Qt.AlignmentFlag.AlignVCenter)

    def _label(self, text: str, name: str) -> QLabel:
        label = QLabel(text, self)
        label.setObjectName(name)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        return label

    def _button(self, choice: Choice) -> QPushButton:
        button = QPushButton(choice.text, self)
        button.setToolTip(choice.text)
        button.setAccessibleName(choice.text)
        button.clicked.connect(lambda: self._choose(choice))
        return button

    def _cross(self) -> QPushButton:
        cross = QPushButton("×", self)
        cross.setObjectName("closeButton")
        cross.setFixedSize(3 * GRID, 3 * GRID)
        cross.setToolTip(self.tr("Put this message away"))
        cross.setAccessibleName(self.tr("Put this message away"))
        cross.clicked.connect(lambda: self._area.withdraw(self.notice.key))
        return cross

    def _choose(self, choice: Choice) -> None:
        self._area.withdraw(self.notice.key)
        choice.act()


class BannerArea(QWidget):
    """The banners on show, newest at the bottom; it takes no room when there is none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._banners: dict[str, Banner] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self.hide()

    def post(self, notice: Notice) -> None:
        """Show a notice, in place of an earlier one with the same key."""
        self.withdraw(notice.key)
        banner = Banner(notice, self)
        self._banners[notice.key] = banner
        self._column.addWidget(banner)
        self.show()
        QAccessible.updateAccessibility(
            QAccessibleEvent(banner, QAccessible.Event.Alert)
        )  # read out, where someone listens

    def withdraw(self, key: str) -> None:
        """Take a notice away, if it is there."""
        banner = self._banners.pop(key, None)
        if banner is None:
            return
        self._column.removeWidget(banner)
        banner.hide()
        banner.deleteLater()
        self.setVisible(bool(self._banners))

    def notices(self) -> list[Notice]:
        """Say what is on show."""
        return [banner.notice for banner in self._banners.values()]

    def banner(self, key: str) -> Banner | None:
        """Give the banner of a notice that is on show."""
        return self._banners.get(key)
