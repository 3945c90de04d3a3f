"""How long a user waits: for the help, and for the first progress of ``encadena run``, warm and cold."""

import fcntl
import os
import pty
import signal
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

COMMAND = (sys.executable, "-c", "import sys; from sim.cli import main; raise SystemExit(main())")
BAR = b"/40 ["
"""What the progress bar of the main job shows first."""
PATIENCE = 60.0


def _help() -> float:
    began = time.perf_counter()
    subprocess.run([*COMMAND, "--help"], check=True, capture_output=True)
    return time.perf_counter() - began


def _first_progress(folder: Path, settings: dict[str, str]) -> float:
    """Seconds until a terminal shows the bar; the job is then interrupted."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
    began = time.perf_counter()
    words = [*COMMAND, "run", f"output={folder / 'run'}"]
    with subprocess.Popen(words, stdout=theirs, stderr=theirs, env=os.environ | settings) as job:
        os.close(theirs)
        seen = b""
        while BAR not in seen and time.perf_counter() - began < PATIENCE:
            seen += os.read(ours, 4096)
        taken = time.perf_counter() - began
        job.send_signal(signal.SIGINT)
        _drain(ours)
    if BAR not in seen:
        raise RuntimeError(f"no progress within {PATIENCE:.0f} s; it said {seen.decode(errors='replace')!r}")
    return taken


def _drain(terminal: int) -> None:
    """Read what is still said, so that the job can end."""
    try:
        while os.read(terminal, 4096):
            pass
    except OSError:  # the other end is closed
        os.close(terminal)


def _cold() -> float:
    with TemporaryDirectory() as folder:
        return _first_progress(Path(folder), {"NUMBA_CACHE_DIR": str(Path(folder) / "compiled")})


def _warm() -> float:
    with TemporaryDirectory() as folder:
        return _first_progress(Path(folder), {})


def measure(rounds: int) -> dict[str, float]:
    """Median seconds of each wait."""
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job ignores it, and so would the jobs timed here
    waits = {"help": _help, "warm": _warm, "cold": _cold}
    _warm()
    taken: dict[str, list[float]] = {name: [] for name in waits}
    for _ in range(rounds):
        for name, wait in waits.items():
            taken[name].append(wait())
    return {name: median(seconds) for name, seconds in taken.items()}
