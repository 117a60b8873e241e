"""The form that the tests of this folder fill in."""

from datetime import date

from contracts.form import form
from contracts.testing.factories import BASIS

AT = date(2026, 11, 22)
FORM = form(BASIS, AT)
DEPARTMENTS = ("afd-1", "afd-2")
