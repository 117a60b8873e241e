"""What each type of problem means: the address that the ``type`` of an error is."""

from typing import Annotated

from fastapi import Path, Request
from starlette.responses import Response

from chassis.errors import NotFound
from contracts.problems import EXPLANATIONS, PROBLEMS
from portal.rendering import page, page_router
from portal.sessions.access import MaybeVisitor

router = page_router("/problems")

Slug = Annotated[str, Path(max_length=100)]


@router.get("")
async def list_problems(request: Request, _: MaybeVisitor) -> Response:
    """List every type of problem."""
    return page(request, "public/problems.html", problems=PROBLEMS)


@router.get("/{slug}")
async def show_problem(request: Request, _: MaybeVisitor, slug: Slug) -> Response:
    """Explain one type of problem in Danish and in English."""
    if slug not in PROBLEMS:
        raise NotFound
    return page(request, "public/problem.html", problem=PROBLEMS[slug], explanation=EXPLANATIONS[slug])
