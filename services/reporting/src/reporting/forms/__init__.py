"""The form of a tilbud."""
