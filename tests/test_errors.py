import errno
from pathlib import Path

import pytest

from writer_app.errors import UserError, refused


def test_an_error_reads_as_what_is_wrong_and_what_to_do() -> None:
    error = UserError("The cup is empty.", "Fill it.")

    assert str(error) == "The cup is empty. Fill it."
    assert (error.message, error.remedy) == ("The cup is empty.", "Fill it.")


def test_an_error_without_a_remedy_has_no_blank_at_its_end() -> None:
    assert str(UserError("The cup is empty.")) == "The cup is empty."


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EACCES, errno.EROFS, errno.EIO, errno.ENOENT, errno.EFBIG])
def test_a_refusal_names_the_path_the_reason_and_a_way_out(number: int) -> None:
    error = refused("saved", Path("/there/draft.md"), OSError(number, "as the system says it"))

    assert "/there/draft.md could not be saved: " in error.message
    assert "as the system says it" not in error.message
    assert error.remedy


def test_an_unknown_refusal_is_told_in_the_systems_own_words() -> None:
    error = refused("read", Path("x"), OSError(errno.EXDEV, "Invalid cross-device link"))

    assert "Invalid cross-device link" in error.message
    assert error.remedy
