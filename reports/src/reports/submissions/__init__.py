"""Submissions: reports that were sent for approval, sent again, or given up."""
