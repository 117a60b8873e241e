"""Subjects as far as approval knows them: who supervises one, what it is called, and the row that is locked first."""
