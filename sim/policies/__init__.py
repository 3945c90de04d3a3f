"""Policies: what a programme is, how it finds firms, and one small class per kind of instrument."""
