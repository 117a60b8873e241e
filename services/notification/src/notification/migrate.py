"""Brings this service's database to the newest revision: ``python -m notification.migrate``."""

from notification.settings import NotificationSettings
from operations.migrate import main

if __name__ == "__main__":
    main(NotificationSettings.load(), "notification")
