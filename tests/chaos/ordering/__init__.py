"""Several cases of one tilbud, their events delivered in every order."""
