"""What the steps of a report hold: open cases, the draft, the baseline and the origin on top of each other."""
