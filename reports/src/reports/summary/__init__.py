"""The summary: what was approved beside what is reported now, and what would be sent."""
