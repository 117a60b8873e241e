"""A case as its pages show it, to both sides."""
