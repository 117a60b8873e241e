"""Control samples: the national operator checks what a tilbud reports, step by step up to a marking (L3)."""
