"""One step of many tilbud, reported from one file (P4-P6)."""
