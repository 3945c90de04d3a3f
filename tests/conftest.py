"""Settings of all tests: generated examples are the same in every run, and none is judged by the clock."""

import pytest
from hypothesis import settings

pytest.register_assert_rewrite("tests.checks", "tests.checks_of_money")
settings.register_profile("encadena", deadline=None, derandomize=True)
settings.load_profile("encadena")
