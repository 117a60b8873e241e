"""The operator's commands: ``python -m reporting.operate``."""

from chassis.operate import create_cli
from reporting.settings import ReportingSettings

cli = create_cli(ReportingSettings.load)

if __name__ == "__main__":
    cli()
