"""What tilsyn and cessations mean for who reports."""
