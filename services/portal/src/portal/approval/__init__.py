"""The pages of those who decide."""
