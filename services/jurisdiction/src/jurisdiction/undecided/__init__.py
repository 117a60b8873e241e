"""What no rule could place: listed, and decided by the national operator (R64)."""
