"""The editor as the document session sees it: a text with origins, a cursor and whether it was edited."""

from writer_app.documents.origins import Origins
from writer_app.ui.editor import Editor


class EditorDraft:
    """What is on screen, without the ghost."""

    def __init__(self, editor: Editor) -> None:
        self._editor = editor

    def text(self) -> str:
        """Give all of the text."""
        return self._editor.text()

    def origins(self) -> Origins:
        """Give who wrote what."""
        return self._editor.origins()

    def cursor(self) -> int:
        """Give where the cursor stands, in code points."""
        return self._editor.cursor_offset()

    def load(self, text: str, origins: Origins, cursor: int = 0) -> None:
        """Show another text."""
        self._editor.load(text, origins)
        self._editor.origins()  # read through once now, while opening: later only what was edited is read
        if cursor:
            self._editor.set_cursor_offset(cursor)
            self._editor.centerCursor()

    def is_modified(self) -> bool:
        """Say whether it was edited since it was loaded or saved."""
        return self._editor.document().isModified()

    def set_modified(self, modified: bool) -> None:  # as Qt has it
        """Set whether it counts as edited."""
        self._editor.document().setModified(modified)
