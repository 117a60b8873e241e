"""The operator's commands of ``approval``: ``python -m approval.operate``."""

from approval.settings import ApprovalSettings
from chassis.operate import create_cli

cli = create_cli(ApprovalSettings.load)

if __name__ == "__main__":
    cli()
