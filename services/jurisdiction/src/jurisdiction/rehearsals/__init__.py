"""Rehearsals of a future set of reference data: who would move, and why. Nothing is stored."""
