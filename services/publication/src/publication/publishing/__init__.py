"""The one way to a new public version, and what makes it again."""
