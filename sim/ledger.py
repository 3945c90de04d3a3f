"""Every payment has two sides. Suppliers hold an account each; every other class holds one a region.

Accounts are positions since the start of the world (UF): what a class paid out in excess of what it received is
negative. Because each payment books both sides, the sum over all accounts stays zero, and a supplier's cash can only
change through this file; :meth:`Ledger.check` proves both, element by element, every quarter.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from sim.table import sum_by

Money = NDArray[np.float64]
Index = NDArray[np.int64]

MINE_CLASSES = ("mines_state", "mines_foreign", "mines_domestic")
CLASSES = (*MINE_CLASSES, "suppliers", "households", "rest_of_region", "utilities", "banks", "central_government",
           "regional_funds", "abroad")
CLASS_NUMBER = {name: number for number, name in enumerate(CLASSES)}
SUPPLIERS = CLASS_NUMBER["suppliers"]
TOLERANCE = 1e-6


class LedgerError(AssertionError):
    """The accounts do not balance: a defect of the program, never of the input."""


class Ledger:
    """Accounts [class, region], suppliers' cash [n], and the flows of the running quarter."""

    def __init__(self, regions: int, cash: Callable[[], Money]) -> None:
        self._cash = cash
        self.regions = regions
        self.accounts = np.zeros((len(CLASSES), regions))
        self.flows: dict[tuple[int, int, str], Money] = {}
        self._moves: dict[str, Money] = {}
        self._received = np.zeros(0)
        self._before = np.zeros(0)
        self._accounts_before = self.accounts.copy()

    def open_quarter(self) -> None:
        """Begin a quarter: forget its flows, remember every position."""
        self.flows.clear()
        self._moves.clear()
        self._before = self._cash().copy()
        self._received = np.zeros(self._before.size)
        self._accounts_before = self.accounts.copy()

    def resize(self) -> None:
        """Make room for suppliers born during the quarter."""
        missing = self._cash().size - self._received.size
        if missing > 0:
            self._received = np.concatenate([self._received, np.zeros(missing)])
            self._before = np.concatenate([self._before, np.zeros(missing)])

    def between(self, kind: str, payer: str, payee: str, amounts: Money, region: Index | None = None) -> None:
        """Pay ``amounts`` [R], or one amount per entry of ``region``, between two classes of one region."""
        by_region = amounts if region is None else self._by_region(region, amounts)
        self.accounts[CLASS_NUMBER[payer]] -= by_region
        self.accounts[CLASS_NUMBER[payee]] += by_region
        self._record(payer, payee, kind, by_region)

    def within(self, kind: str, name: str, leaving: Money, arriving: Money) -> None:
        """Money moves between the regions of one class: ``leaving`` [R] and ``arriving`` [R] have one sum."""
        self.accounts[CLASS_NUMBER[name]] += arriving - leaving
        self._moves[name] = self._moves.get(name, np.zeros(self.regions)) + arriving - leaving
        self._record(name, name, kind, leaving)

    def to_suppliers(self, kind: str, payer: str, amounts: Money, region: Index) -> None:
        """Class ``payer`` of each ``region`` [n] pays each supplier its amount [n]."""
        self._cash()[:] += amounts
        self._received += amounts
        by_region = self._by_region(region, amounts)
        self.accounts[CLASS_NUMBER[payer]] -= by_region
        self._record(payer, "suppliers", kind, by_region)

    def to_suppliers_from(self, kind: str, payer: str, amounts: Money, weights: Money) -> None:
        """Class ``payer`` pays each supplier its amount [n]; its regions bear the sum in proportion to ``weights`` [R]."""
        self._cash()[:] += amounts
        self._received += amounts
        total = weights.sum()
        borne = amounts.sum() * (weights / total if total > 0 else np.zeros(self.regions))
        self.accounts[CLASS_NUMBER[payer]] -= borne
        self._record(payer, "suppliers", kind, borne)

    def from_suppliers(self, kind: str, payee: str, amounts: Money, region: Index) -> None:
        """Each supplier pays its amount [n] to class ``payee`` of each ``region`` [n]."""
        self._cash()[:] -= amounts
        self._received -= amounts
        by_region = self._by_region(region, amounts)
        self.accounts[CLASS_NUMBER[payee]] += by_region
        self._record("suppliers", payee, kind, by_region)

    def among_suppliers(self, kind: str, paid: Money, received: Money, region: Index) -> None:
        """Suppliers pay one another: ``paid`` [n] and ``received`` [n] have one sum. Raises LedgerError otherwise."""
        if abs(paid.sum() - received.sum()) > TOLERANCE * (1.0 + paid.sum()):
            raise LedgerError(f"{kind}: suppliers paid {paid.sum()} and received {received.sum()}")
        received = received * (paid.sum() / received.sum()) if received.sum() > 0 else received
        self._cash()[:] += received - paid
        self._received += received - paid
        self._record("suppliers", "suppliers", kind, self._by_region(region, received))

    def _by_region(self, region: Index, amounts: Money) -> Money:
        return sum_by(region, amounts, self.regions)

    def _record(self, payer: str, payee: str, kind: str, by_region: Money) -> None:
        key = (CLASS_NUMBER[payer], CLASS_NUMBER[payee], kind)
        held = self.flows.get(key)
        self.flows[key] = by_region.copy() if held is None else held + by_region

    def check(self) -> None:
        """Raise LedgerError unless every account moved by exactly its flows and all accounts sum to zero."""
        cash = self._cash()
        drift = np.abs(cash - self._before - self._received)
        if drift.size and (drift > TOLERANCE * (1.0 + np.abs(cash))).any():
            row = int(np.argmax(drift))
            raise LedgerError(f"supplier row {row}: cash moved by {drift[row]} outside the ledger")
        self._check_classes()
        total, scale = cash.sum() + self.accounts.sum(), 1.0 + np.abs(self.accounts).sum()
        if abs(total) > TOLERANCE * scale:
            raise LedgerError(f"all accounts sum to {total}, not to zero")

    def _check_classes(self) -> None:
        expected = self._accounts_before.copy()
        for (payer, payee, _), amounts in self.flows.items():
            if payer != SUPPLIERS:
                expected[payer] -= amounts
            if payee != SUPPLIERS:
                expected[payee] += amounts
        for name, moved in self._moves.items():
            expected[CLASS_NUMBER[name]] += moved
        wrong = np.abs(expected - self.accounts) > TOLERANCE * (1.0 + np.abs(expected))
        if wrong.any():
            number, region = np.argwhere(wrong)[0]
            raise LedgerError(f"{CLASSES[number]} of region {region}: account moved without a flow")
