"""Reports as they were sent, what of them was approved, and how their steps are called."""
