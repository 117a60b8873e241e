"""Brings this service's database to the newest revision: ``python -m jurisdiction.migrate``."""

from jurisdiction.settings import JurisdictionSettings
from operations.migrate import main

if __name__ == "__main__":
    main(JurisdictionSettings.load(), "jurisdiction")
