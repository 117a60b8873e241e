"""The link in a mail that ends mails, without a sign-in."""
