"""The baseline: what is approved, now and at any moment before."""
