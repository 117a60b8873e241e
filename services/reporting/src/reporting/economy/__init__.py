"""Budget and annual report, year by year beside each other (P7), and what a new budget begins with (P5)."""
