"""The pages: each module has a router of its own, or one for each kind of subject."""

from fastapi import APIRouter

from portal.approval.pages import applications, create, handover, overtaken, subjects, undecided, work_list
from portal.approval.pages import case as approval_case
from portal.approval.pages import receipt as approval_receipt
from portal.following.pages import links, preferences, saved_search, webhooks
from portal.overview import pages as overview
from portal.public.pages import (
    compare,
    desk,
    drafts,
    front,
    guidance,
    indexing,
    match,
    open_data,
    problems,
    rates,
    record,
    search,
)
from portal.reporting.pages import (
    bulk,
    copies,
    due,
    economy,
    files,
    leader_cpr,
    sending_receipts,
    step,
    summary,
    tilbud,
    tilbud_list,
    vacancies,
)
from portal.reporting.pages import case as reporting_case
from portal.reporting.pages import receipt as reporting_receipt
from portal.sessions import kept_form_pages
from portal.sessions import pages as sessions
from portal.supervision.pages import control_samples, deadlines, emergency_uses, tilsyn, write_tilsyn


def create_routers() -> tuple[APIRouter, ...]:
    """Return every router; those of kinds are of the kinds that are registered now."""
    return (
        front.router,
        drafts.router,
        indexing.router,
        desk.router,
        sessions.router,
        kept_form_pages.router,
        tilbud_list.router,
        *overview.create_routers(),
        bulk.router,
        tilbud.router,
        copies.router,
        files.router,
        economy.router,
        step.router,
        summary.router,
        due.router,
        vacancies.router,
        leader_cpr.router,
        reporting_case.router,
        reporting_receipt.router,
        sending_receipts.router,
        approval_case.router,
        approval_receipt.router,
        overtaken.router,
        work_list.router,
        *subjects.create_routers(),
        *handover.create_routers(),
        undecided.router,
        create.router,
        applications.router,
        # Its addresses stand before the ids of tilsyn, which may hold a slash.
        write_tilsyn.router,
        deadlines.router,
        emergency_uses.router,
        control_samples.router,
        tilsyn.router,
        preferences.router,
        links.router,
        saved_search.router,
        webhooks.router,
        search.router,
        compare.router,
        rates.router,
        match.router,
        open_data.router,
        problems.router,
        guidance.router,
        record.router,
    )
