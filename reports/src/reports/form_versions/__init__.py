"""What changes between the versions of a form that a report can have."""
