"""The action log: who did what about a subject."""
