"""Writer App: an editor for stories in which a local language model goes on where the writer stops.

The layers, each importing only those below it: `cli`, `app`, `ui` beside `training`, `suggest`, `documents`, `lm`, and at
the bottom `models`, `settings`, `paths`, `errors`. This module imports nothing, so that asking for the version is cheap.
"""

__version__ = "0.1.0"
