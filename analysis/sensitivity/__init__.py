"""Which parameters and levers move an outcome, and how much of it is luck. Each function takes ``results.runs``.

>>> from analysis.sensitivity import sobol
>>> results = sim.experiment.results.open("outputs/my_sweep")                    # doctest: +SKIP
>>> sobol(results.runs, "cluster_index", results.design).table                   # doctest: +SKIP
"""

from analysis.sensitivity.luck import Noise, noise
from analysis.sensitivity.one_at_a_time import main_effects, one_at_a_time
from analysis.sensitivity.screening import morris
from analysis.sensitivity.sweep import Sweep, read
from analysis.sensitivity.variance import first_order, sobol

__all__ = ["Noise", "Sweep", "first_order", "main_effects", "morris", "noise", "one_at_a_time", "read", "sobol"]
