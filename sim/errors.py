"""The one error that a user's own input may raise, and the codes with which commands end."""

from collections.abc import Iterator
from contextlib import contextmanager

OK, SOME_FAILED, BAD_INPUT, INTERRUPTED = 0, 1, 2, 130


class InputError(ValueError):
    """Bad input, told in one sentence: what is wrong, where it stands, what would be valid."""


@contextmanager
def strays_told() -> Iterator[None]:
    """Say what the system refused in one sentence (InputError) where nobody nearer has; a closed pipe is no refusal."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        raise InputError(f"{where}{error.strerror or error}; see that it is there, that you may use it and that the disk has room, "
                         "or name another file or folder") from error
