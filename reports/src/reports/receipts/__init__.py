"""Receipts: what was sent, sent again or given up, by whom and when, for good."""
