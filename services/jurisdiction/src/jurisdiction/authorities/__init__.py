"""Who supervises what, and why: the rules of law asked in their order."""
