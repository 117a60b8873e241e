"""The way of a report from its summary to its receipt, and of a returned case back, over every real service."""
