"""The pages about mails."""
