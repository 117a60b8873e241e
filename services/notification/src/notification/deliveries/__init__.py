"""The sending of the mails owed, and what became of them."""
