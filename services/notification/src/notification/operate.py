"""The operator's commands: ``python -m notification.operate``."""

from chassis.operate import create_cli
from notification.settings import NotificationSettings

cli = create_cli(NotificationSettings.load)

if __name__ == "__main__":
    cli()
