"""The choices of officers for the steps of a case, and the outcome that they lead to."""
