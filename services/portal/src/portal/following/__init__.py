"""What a visitor hears of by mail: what is followed, how often, where, and the links that end mails."""
