"""Approvals that nobody uses: found in what is reported, warned of, and told to the authority after two years (L7)."""
