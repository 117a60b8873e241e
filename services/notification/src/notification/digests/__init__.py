"""The mails of a day or a week: news that a follower wants together."""
