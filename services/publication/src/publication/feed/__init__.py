"""The numbered feed of public versions, and the dump of what it showed last."""
