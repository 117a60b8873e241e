"""Where the mails of a user go, and which are wanted."""
