"""The users that follow something or have preferences."""
