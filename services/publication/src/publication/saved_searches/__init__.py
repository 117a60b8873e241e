"""Saved searches: the door to them at the public API; who hears of what is kept by notification alone."""
