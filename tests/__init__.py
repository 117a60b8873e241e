"""Tests of the system as a whole, and what the tests of several packages share."""
