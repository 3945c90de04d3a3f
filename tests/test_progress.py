"""The progress bar shows on every terminal, also on one that says it has no columns, and nowhere else."""

import fcntl
import io
import os
import pty
import select
import struct
import sys
import termios

import pytest

from sim.experiment.progress import progress

PATIENCE = 5.0
"""Seconds to wait for what a terminal shows, which may come in pieces."""


@pytest.mark.parametrize("columns", [0, 60, 200])
def test_a_terminal_of_any_width_shows_how_far_the_work_has_come(columns: int, monkeypatch: pytest.MonkeyPatch) -> None:
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    with os.fdopen(theirs, "w") as terminal:
        monkeypatch.setattr(sys, "stderr", terminal)
        with progress(8, "run", 3) as bar:
            bar.update()
        seen = ""
        while "4/8" not in seen and select.select([ours], [], [], PATIENCE)[0]:
            seen += os.read(ours, 10_000).decode(errors="replace")
    os.close(ours)
    assert "3/8" in seen
    assert "4/8" in seen
    assert "run/s" in seen


def test_a_file_gets_no_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    with progress(8, "run") as bar:
        bar.update()
    assert sys.stderr.getvalue() == ""  # type: ignore[attr-defined]
