"""The operator's commands of the portal: ``python -m portal.operate``."""

from chassis.operate import create_cli
from portal.settings import PortalSettings

cli = create_cli(PortalSettings.load)

if __name__ == "__main__":
    cli()
