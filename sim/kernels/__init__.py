"""The fused loops of a quarter: naming of bidders, award of tenders, and delivery of contracts.

Inside the loops only + - x /, comparisons, hashes and tables occur, so that a numpy version gives the same bits.
Logarithms, powers and exponentials are taken outside, on whole columns, or read from tables.
What a loop reads of one firm or tender lies side by side in one record; matrices come as plain arrays.
"""

import numpy as np

Row = np.uint32
"""Positions are unsigned inside the loops, so that Numba need not ask whether they count from the end."""
HQ, HQ_OR_BRANCH, HQ_SMALL = range(3)
"""Definitions of local, in the order of ``LOCAL_DEFINITIONS``."""
