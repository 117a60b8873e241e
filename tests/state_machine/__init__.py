"""A state machine over reports, cases, handovers, tilsyn and days, against a plain model of what must come of them."""
