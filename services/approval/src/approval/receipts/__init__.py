"""Receipts: what became of a case in each of its rounds, for good, as JSON and as a document."""
