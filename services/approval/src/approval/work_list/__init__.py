"""The work list: every open case of an authority, what comes first and why, and trivial ones approved together."""
