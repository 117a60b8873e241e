"""The page of one public tilbud: in a few sentences, in figures, in all its answers, and through time."""
