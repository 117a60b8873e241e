"""The guidance to the form: each step with all of its fields, for whoever reports and whoever reads (R44)."""

from typing import Annotated

from fastapi import Path, Request
from starlette.responses import Response

from chassis.clock import today
from chassis.errors import NotFound
from contracts.form.loading import steps_of
from contracts.kinds import KINDS
from portal.field_explanations import explained_fields
from portal.kinds import TILBUD
from portal.rendering import page, page_router
from portal.sessions.access import MaybeVisitor

router = page_router("/vejledning")

Name = Annotated[str, Path(pattern=r"^[a-z0-9-]{1,40}$")]


@router.get("")
async def list_steps(request: Request, _: MaybeVisitor) -> Response:
    """List the steps of the form of a tilbud."""
    return page(request, "public/guidance-list.html", steps=steps_of(TILBUD.id))


@router.get("/{kind}/{step_id}")
async def show_step(request: Request, _: MaybeVisitor, kind: Name, step_id: Name) -> Response:
    """Explain one step: what is asked, why, by which law, and who sees the answers."""
    if kind not in KINDS:
        raise NotFound
    steps = steps_of(kind)
    step = next((each for each in steps if each.id == step_id), None)
    if step is None:
        raise NotFound
    return page(request, "public/guidance.html", step=step, steps=steps, fields=explained_fields(step.fields, today()))
