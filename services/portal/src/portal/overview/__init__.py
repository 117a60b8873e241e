"""The overview rows: what the lists show, joined from everybody's events."""
