"""Rules that more than one stage uses, or that would make a stage's file too long."""
