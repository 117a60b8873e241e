"""Delegations and agreements on all places: what the reported data do not show, recorded with validity (R126)."""
