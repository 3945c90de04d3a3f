"""The one error that a user's own input may raise, and the codes with which commands end."""

OK, SOME_FAILED, BAD_INPUT, INTERRUPTED = 0, 1, 2, 130


class InputError(ValueError):
    """Bad input, told in one sentence: what is wrong, where it stands, what would be valid."""
