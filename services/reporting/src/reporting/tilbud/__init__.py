"""The tilbud as entities: created, listed and shown."""
