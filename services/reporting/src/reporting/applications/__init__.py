"""Applications that a supervision system has transferred."""
