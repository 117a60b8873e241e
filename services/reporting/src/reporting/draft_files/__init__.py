"""Files that are sent into a draft, listed, and fetched."""
