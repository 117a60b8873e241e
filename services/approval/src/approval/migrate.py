"""Bring the database of ``approval`` to its newest revision: ``python -m approval.migrate``."""

from approval.settings import ApprovalSettings
from operations.migrate import main

if __name__ == "__main__":
    main(ApprovalSettings.load(), "approval")
