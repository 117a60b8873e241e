"""Drafts: what is changed and not sent yet."""
