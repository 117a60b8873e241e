"""Events of external supervision systems: read, verified, answered by a receipt, and let take effect."""
