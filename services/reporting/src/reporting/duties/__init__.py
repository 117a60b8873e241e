"""What a tilbud reports again and again, each with its day: kept when it changes, and noticed when it is due (L10)."""
