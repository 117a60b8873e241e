"""Which mails are owed for what happened, and their words."""
