"""What tilbud ask for, compared with others only where it can be compared."""
