"""Submissions: reports that were sent for approval."""
