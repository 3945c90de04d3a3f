"""Tests of Encadena: units, rules against plain references, kernels against oracles, and nets over whole worlds."""
