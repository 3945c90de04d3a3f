"""How fast the model is, in one command: ``python -m tests.benchmarks`` (not part of the tests).

Agent-steps a second and seconds a stage, peak memory, CPU seconds of a full-scale run, scaling with the number of
suppliers, the ratio to a plain Mesa model of the same rules and to other frameworks' models, and the clearing kernel
against the same rule in C. Everything is CPU time of one process; ratios come from rounds that take turns, so that a
busy machine slows all sides alike.
"""
