"""Tests of the economy of a tilbud."""
