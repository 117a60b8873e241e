"""The documents: what they name is there, and nothing names what is not there."""
