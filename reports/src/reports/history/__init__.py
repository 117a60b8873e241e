"""The history of a subject: every approved version."""
