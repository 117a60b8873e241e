"""The demonstration data: a generated country of tilbud that belong to nobody, the same at every run."""
