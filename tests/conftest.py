"""Settings of all tests: generated examples are the same in every run, and none is judged by the clock."""

from hypothesis import settings

settings.register_profile("encadena", deadline=None, derandomize=True)
settings.load_profile("encadena")
