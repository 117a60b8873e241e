"""Tests of the development stack."""
