"""Brings the portal's database to the newest revision: ``python -m portal.migrate``."""

from operations.migrate import main
from portal.settings import PortalSettings

if __name__ == "__main__":
    main(PortalSettings.load(), "portal")
