"""What is remembered of the subjects that people follow."""
