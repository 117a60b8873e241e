"""The search over everything that is public."""
