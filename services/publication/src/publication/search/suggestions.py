"""What else somebody may search for who does not find what they look for."""

MOST_OF_IT = "Ingen tilbud passer på det hele. Her er dem, der passer på det meste."
