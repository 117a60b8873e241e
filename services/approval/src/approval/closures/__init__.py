"""Closing the open cases of what has ceased: nothing else can be done with them."""
