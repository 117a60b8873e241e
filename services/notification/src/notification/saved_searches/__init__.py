"""Searches that somebody wants to hear of: kept, asked again, and told by mail (P13)."""
