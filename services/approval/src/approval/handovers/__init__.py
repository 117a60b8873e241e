"""Handovers settled: the cases of an authority go to another one, unless something else was first (R127, R128)."""
