"""Saving steps of many subjects in one call."""
