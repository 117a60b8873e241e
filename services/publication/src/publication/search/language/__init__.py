"""The language that people search in: what their words mean to the search."""
