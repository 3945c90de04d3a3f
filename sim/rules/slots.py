"""Short lists of partners: each firm keeps a few slots; a newcomer takes the slot of the least trusted."""

from typing import Any

import numpy as np
from numba import njit

from sim.agents.columns import NEVER


@njit(cache=True, inline="always")
def _slot_of(rows: Any, uids: Any, trust: Any, a: Any, b: Any, identity: Any) -> Any:
    """Slot in which firm a holds firm b, and whether it was there; else the slot of the least trusted."""
    weakest = 0
    for slot in range(rows.shape[1]):
        if rows[a, slot] == b and uids[a, slot] == identity:
            return slot, True
        if trust[a, slot] < trust[a, weakest]:
            weakest = slot
    return weakest, False


@njit(cache=True)
def keep_subcontractors(rows: Any, uids: Any, trust: Any, firm_uid: Any, prime: Any, sub: Any, first_trust: float) -> None:
    """Enter the subcontractor of each pair in its prime contractor's list, if it is not there."""
    for j in range(prime.size):
        a, b = prime[j], sub[j]
        slot, known = _slot_of(rows, uids, trust, a, b, firm_uid[b])
        if not known:
            rows[a, slot], uids[a, slot], trust[a, slot] = b, firm_uid[b], first_trust


@njit(cache=True)
def bind_pairs(rows: Any, uids: Any, trust: Any, kinds: Any, used: Any, firm_uid: Any, first: Any, second: Any, kind: int,
               start: float, gain: float, now: int) -> None:
    """Tie each pair both ways: a new tie starts at ``start`` trust, an old one gains; ``now`` is the quarter of own use,
    or NEVER when a programme pays for the meeting."""
    for j in range(first.size):
        for a, b in ((first[j], second[j]), (second[j], first[j])):
            if a == b:
                continue
            slot, known = _slot_of(rows, uids, trust, a, b, firm_uid[b])
            if known:
                trust[a, slot] += (np.float32(1.0) - trust[a, slot]) * np.float32(gain)
            else:
                rows[a, slot], uids[a, slot], kinds[a, slot] = b, firm_uid[b], kind
                trust[a, slot], used[a, slot] = start, NEVER
            used[a, slot] = max(used[a, slot], now)


@njit(cache=True)
def bind_each(rows: Any, uids: Any, trust: Any, kinds: Any, used: Any, firm_uid: Any, first: Any, second: Any, kind: int,
              doses: Any, now: int) -> None:
    """:func:`bind_pairs` with a dose of trust for each pair: what a new tie starts at and an old one gains."""
    for j in range(first.size):
        bind_pairs(rows, uids, trust, kinds, used, firm_uid, first[j:j + 1], second[j:j + 1], kind, doses[j], doses[j], now)


@njit(cache=True)
def judge_subcontractors(active: Any, prime: Any, supplier: Any, success: Any, rows: Any, uids: Any, trust: Any, firm_uid: Any,
                         gain: float, loss: float) -> None:
    """Each delivery of a running subcontract raises or lowers the prime contractor's trust in who delivered it."""
    for j in range(active.size):
        if not active[j] or prime[j] < 0:
            continue
        a, b = prime[j], supplier[j]
        slot, known = _slot_of(rows, uids, trust, a, b, firm_uid[b])
        if known and success[j] > 0:
            trust[a, slot] += np.float32(gain) * (np.float32(1.0) - trust[a, slot])
        elif known:
            trust[a, slot] *= np.float32(1.0 - loss)
