"""What fits a need, what does not, and what nobody has told."""
