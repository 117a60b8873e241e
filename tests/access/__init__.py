"""Who may call what: every caller at every route, about what is theirs, somebody else's, and not there."""
