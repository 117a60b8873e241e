"""The words of the public pages that an operator may change without a release."""
