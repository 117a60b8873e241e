"""The operator's commands: ``python -m jurisdiction.operate``."""

from chassis.operate import create_cli
from jurisdiction.settings import JurisdictionSettings

cli = create_cli(JurisdictionSettings.load)

if __name__ == "__main__":
    cli()
