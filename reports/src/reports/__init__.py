"""Reporting on any subject that has a form. It knows no kind of subject."""
