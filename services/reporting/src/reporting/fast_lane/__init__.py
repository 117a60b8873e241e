"""What is public without approval: vacancies, waiting time and the note about them (P1)."""
