"""Tilsyn and cessation: accepted, numbered, published, and read."""
