"""The pages of tilsyn."""
