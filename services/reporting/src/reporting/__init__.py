"""What providers report: tilbud, drafts, submissions, locks, the approved baseline, and the leaders' CPR numbers."""
