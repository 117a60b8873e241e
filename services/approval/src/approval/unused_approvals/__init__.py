"""Approvals that nobody uses: found in what is reported, warned about, and lapsed after two years (L7)."""
