"""The menu bar, made from the table of actions."""

from PySide6.QtWidgets import QMenu, QMenuBar

from writer_app.ui.actions import MENUS, SUBMENUS, TABLE, Actions, translated


def fill_menu_bar(bar: QMenuBar, actions: Actions) -> dict[str, QMenu]:
    """Put every action of the table into its menu, submenus where their first action stands; give the menus by name."""
    menus = {name: QMenu(translated(title), bar) for name, title in MENUS.items()}
    for name, menu in menus.items():
        if name not in SUBMENUS:
            bar.addMenu(menu)
    placed: set[str] = set()
    for spec in TABLE:
        menu = menus[spec.menu]
        if spec.menu in SUBMENUS and spec.menu not in placed:
            placed.add(spec.menu)
            menus[SUBMENUS[spec.menu]].addMenu(menu)
        if spec.after_line:
            menu.addSeparator()
        menu.addAction(actions[spec.id])
    return menus
