"""The fast lane: vacancies and waiting time."""
