"""The operator's side of every service: its command line, and projections made anew beside the live ones."""
