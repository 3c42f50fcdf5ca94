"""What the writer sees: windows, editor, panels, in Qt Widgets.

Imports `suggest`, `documents`, `settings` and what lies below them; never torch, which only the suggestion thread loads,
and never `lm`. Begin reading at `main_window`; `document_session` decides about files, `theme` about colours.
"""
