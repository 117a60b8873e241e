"""Brings the database of ``publication`` to its newest revision."""

from operations.migrate import main
from publication.settings import PublicationSettings

if __name__ == "__main__":
    main(PublicationSettings.load(), "publication")
