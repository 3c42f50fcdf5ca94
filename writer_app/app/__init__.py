"""The composition root: the one place where the parts are made and connected, and the life of the process around them.

`run` opens the window, `tour.run_tour` shows the app without a display. Nothing here imports torch.
"""

from writer_app.app.application import run

__all__ = ["run"]
