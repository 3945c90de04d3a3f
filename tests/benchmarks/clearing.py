"""The clearing kernel against the same rule in C at -O3, on the tenders of real quarters, taking turns."""

import ctypes
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import process_time
from typing import Any
from unittest import mock

import numpy as np

from sim.draws import GUMBEL_TABLE
from sim.kernels.clearing import BIDDER, TENDER, clear
from sim.stages import procurement
from tests.benchmarks.worlds import spec_of, stepped, warmed

SOURCE = Path(__file__).with_name("clear.c")
COMPILER = ("cc", "-O3", "-ffp-contract=off", "-shared", "-fPIC")
POINTERS = ("tenders", "bidders", "pots", "weights", "presence", "trust", "deliveries", "good", "sub_row", "sub_uid", "sub_trust",
            "ring_key", "ring_row", "ring_start", "guide", "incumbent_row", "incumbent_key", "incumbent_start", "standing", "local_bonus",
            "travel", "distance", "fit", "names", "gumbel", "winner", "offers", "price", "shared")
SIZES = ("count", "regions", "buyers", "subsectors", "slots", "guide_size", "fit_size")
RESULTS = ("winner", "offers", "price", "shared")
Call = tuple[Any, ...]
"""Tenders, bidders, pots, relations, market and weights."""


class Hall(ctypes.Structure):
    """The struct that the C rule reads."""

    _fields_ = ([(name, ctypes.c_void_p) for name in POINTERS]
                + [(name, ctypes.c_int64) for name in SIZES])


def compiled(folder: Path) -> Callable[..., None]:
    """The C rule as a function with the kernel's own parameters. Raises RuntimeError when records differ in size."""
    packed = () if TENDER.isalignedstruct else ("-DPACKED",)
    subprocess.run([*COMPILER, *packed, "-o", str(folder / "clear.so"), str(SOURCE)], check=True)
    library = ctypes.CDLL(str(folder / "clear.so"))
    if (library.tender_size(), library.bidder_size()) != (TENDER.itemsize, BIDDER.itemsize):
        raise RuntimeError(f"{SOURCE.name}: its records are not those of sim/kernels/clearing.py; bring them into line")

    def run(tenders: Any, bidders: Any, pots: Any, relations: Any, market: Any, weights: Any, *results: Any) -> None:
        arrays = relations._asdict() | market._asdict() | dict(zip(RESULTS, results, strict=True)) | {
            "tenders": tenders, "bidders": bidders, "pots": pots, "weights": weights, "gumbel": GUMBEL_TABLE}
        sizes = (tenders.size, relations.presence.shape[1], relations.trust.shape[1], market.ring_start.size - 1,
                 relations.sub_row.shape[1], market.guide.shape[1], market.fit.size)
        held = {name: np.ascontiguousarray(arrays[name]) for name in POINTERS}
        library.clear_tenders(ctypes.byref(Hall(*(held[name].ctypes.data for name in POINTERS), *sizes)))

    return run


def real_calls(quarters: int, scale: float = 1.0) -> list[Call]:
    """What the kernel was given in some quarters of a world, copied before it decided."""
    calls: list[Call] = []

    def spy(*given: Any) -> None:
        calls.append(tuple(part.copy() if isinstance(part, np.ndarray) else type(part)(*(array.copy() for array in part))
                           for part in given[: -len(RESULTS)]))
        clear(*given)

    model = warmed(spec_of(scale))
    with mock.patch.object(procurement, "clear", spy):
        stepped(model, quarters)
    return calls


def _decided(rule: Callable[..., None], calls: list[Call]) -> tuple[float, list[tuple[Any, ...]]]:
    """CPU seconds of all calls, and what was decided."""
    decided, seconds = [], 0.0
    for tenders, bidders, pots, *rest in calls:
        size = tenders.size
        results = np.full(size, -1, np.int64), np.zeros(size, np.int64), np.ones(size), np.zeros(size)
        fresh = bidders.copy(), pots.copy()
        began = process_time()
        rule(tenders, *fresh, *rest, *results)
        seconds += process_time() - began
        decided.append(results)
    return seconds, decided


def same_decisions(rule: Callable[..., None], calls: list[Call]) -> bool:
    """Whether a rule decides every tender as the kernel does, to the last bit of the price."""
    ours, theirs = _decided(clear, calls)[1], _decided(rule, calls)[1]
    return all((a == b).all() for left, right in zip(ours, theirs, strict=True) for a, b in zip(left, right, strict=True))


def measure(rounds: int) -> dict[str, Any]:
    """Nanoseconds a bid on both sides, their ratio by round, and whether they decided alike to the last bit."""
    if shutil.which(COMPILER[0]) is None:
        return {"missing": f"no {COMPILER[0]} on this machine"}
    with tempfile.TemporaryDirectory() as folder:
        rule, calls = compiled(Path(folder)), real_calls(quarters=4)
        same, offers = same_decisions(rule, calls), [results[1] for results in _decided(clear, calls)[1]]
        seconds = [(_decided(clear, calls)[0], _decided(rule, calls)[0]) for _ in range(rounds)]
    bids = sum(int(made.sum()) for made in offers)
    ratios = [kernel / c for kernel, c in seconds]
    return {"bids": bids, "tenders": sum(call[0].size for call in calls), "same_bits": same,
            "kernel_ns": median(kernel for kernel, _ in seconds) / bids * 1e9, "c_ns": median(c for _, c in seconds) / bids * 1e9,
            "ratio": median(ratios), "ratio_low": min(ratios), "ratio_high": max(ratios)}
