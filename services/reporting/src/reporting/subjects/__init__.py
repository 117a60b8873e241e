"""The tilbud as the subject of reports: what identifies it, and who may see it and report for it."""
