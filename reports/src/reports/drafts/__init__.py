"""Drafts: what is changed and not sent yet, one for all reporters of a subject, saved step by step."""
