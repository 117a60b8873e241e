"""Sanctions that stand, by their deadlines: listed for officers, and told before their last day."""
