"""Brings the database to the newest revision: ``python -m reporting.migrate``."""

from operations.migrate import main
from reporting.settings import ReportingSettings

if __name__ == "__main__":
    main(ReportingSettings.load(), "reporting")
