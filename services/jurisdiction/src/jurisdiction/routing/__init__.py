"""The authority of each case: routed when a report is sent, and again when a decision has moved its subject."""
