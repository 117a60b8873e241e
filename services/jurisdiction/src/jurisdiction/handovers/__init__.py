"""Handovers: an authority gives a subject to another one, and takes it back (R126 to R128)."""
