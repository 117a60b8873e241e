"""Brings this service's database to the newest revision: ``python -m jurisdiction.migrate``."""

from chassis.migrate import main
from jurisdiction.settings import JurisdictionSettings

if __name__ == "__main__":
    main(JurisdictionSettings.load(), "jurisdiction")
