"""The one error that a user's own input may raise."""


class InputError(ValueError):
    """Bad input, told in one sentence: what is wrong, where it stands, what would be valid."""
