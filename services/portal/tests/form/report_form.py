"""The form that the tests of this folder fill in."""

from services.portal.tests.factories import REPORT

FORM = REPORT.form
AT = FORM.at
DEPARTMENTS = ("afd-1", "afd-2")
