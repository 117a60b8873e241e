"""Who supervises a subject now, and who did before."""
