"""Reporting on any subject that has a form; a service mounts it on its own subjects and tables."""
