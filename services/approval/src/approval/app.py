"""The HTTP process of ``approval``."""

from fastapi import FastAPI

from approval.case_log import api as case_log
from approval.cases import api as cases
from approval.changes import api as changes
from approval.closures import api as closures
from approval.control_samples import api as control_samples
from approval.decisions import api as decisions
from approval.emergency_uses import api as emergency_uses
from approval.inbound import api as inbound
from approval.receipts import api as receipts
from approval.sanctions import api as sanctions
from approval.settings import ApprovalSettings
from approval.tilsyn import api as tilsyn
from approval.unused_approvals import api as unused_approvals
from approval.work_list import api as work_list
from chassis.database import Database
from contracts.about import ABOUT
from contracts.error_codes import ENGLISH_DETAILS
from contracts.problems import PROBLEMS
from web.app import create_app, serve
from web.openapi import ServiceInfo


def build(settings: ApprovalSettings, database: Database | None = None) -> FastAPI:
    """Return the app; tests give it a ``database`` of their own."""
    routers = [cases.create_router(), changes.router, decisions.router, closures.router, receipts.router]
    routers += [case_log.router, work_list.router, tilsyn.router, sanctions.router]
    routers += [emergency_uses.router, unused_approvals.router, control_samples.router, inbound.router]
    return create_app(
        settings,
        title="Tilbudsportalen: approval",
        routers=routers,
        about=ServiceInfo(*ABOUT["approval"]),
        problems=PROBLEMS,
        english_details=ENGLISH_DETAILS,
        database=database,
    )


if __name__ == "__main__":
    serve(build(ApprovalSettings.load()))
