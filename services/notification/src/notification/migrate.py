"""Brings this service's database to the newest revision: ``python -m notification.migrate``."""

from chassis.migrate import main
from notification.settings import NotificationSettings

if __name__ == "__main__":
    main(NotificationSettings.load(), "notification")
