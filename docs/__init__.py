"""The documentation, and the two commands that keep its tables true: ``docs.tables`` and ``docs.results``."""
