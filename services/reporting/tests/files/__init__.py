"""Tests of files that belong to an answer."""
