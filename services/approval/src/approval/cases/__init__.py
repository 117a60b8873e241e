"""Cases: opened from a report and its routing, listed, shown, and closed when the reporter gives up."""
