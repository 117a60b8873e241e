"""The closed lists of codes that stand in what is public and in what others send."""
