"""The change overview of a case: approved data beside reported data."""
