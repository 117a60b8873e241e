"""Reading files: which there are, and who may have them."""

from collections.abc import Iterable, Mapping

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import undefer

from chassis.errors import NotFound
from contracts.events.parties import Actor
from contracts.kinds import TILBUD
from reporting.files.models import File, SentFile
from reporting.files.schemas import FileView
from reporting.subjects.access import is_officer_at, is_operator, officer_scopes, readable_steps
from reporting.subjects.models import Submission, Tilbud
from web.auth import Principal


async def find_content(session: AsyncSession, tilbud_id: str, step: str, field: str, digest: str) -> File | None:
    """Return the file with that content; None when it was never sent for the field."""
    place = (File.tilbud_id == tilbud_id, File.step == step, File.field == field)
    return (await session.scalars(select(File).where(*place, File.digest == digest))).one_or_none()


async def fields_of_files(session: AsyncSession, tilbud_id: str, step: str, ids: Iterable[str]) -> dict[str, str]:
    """Return the field of each of these files that was sent for that step of the tilbud, by its id."""
    found = select(File.id, File.field).where(File.tilbud_id == tilbud_id, File.step == step, File.id.in_(list(ids)))
    return {row.id: row.field for row in await session.execute(found)}


async def list_files(session: AsyncSession, tilbud_id: str, principal: Principal) -> list[FileView]:
    """Return the files of a tilbud that the caller may have, newest first; NotFound when that is not its business."""
    tilbud = await session.get(Tilbud, tilbud_id)
    files = (await session.scalars(select(File).where(File.tilbud_id == tilbud_id).order_by(File.id.desc()))).all()
    holders = await _holders(session, tilbud_id)
    readable = [each for each in files if tilbud and _may_read(principal, tilbud, each, holders.get(each.id, {}))]
    if tilbud is None or not (readable or is_operator(principal, tilbud) or is_officer_at(principal, tilbud.authority)):
        raise NotFound
    return [view_file(each, holders.get(each.id, {})) for each in readable]


async def load_file(session: AsyncSession, tilbud_id: str, file_id: str, principal: Principal) -> File:
    """Return a file with its content to who may have it; NotFound to everybody else."""
    tilbud, file = (
        await session.get(Tilbud, tilbud_id),
        await session.get(File, file_id, options=[undefer(File.content)]),
    )
    if tilbud is None or file is None or file.tilbud_id != tilbud.id:
        raise NotFound
    holders = (await _holders(session, tilbud_id)).get(file.id, {})
    if not _may_read(principal, tilbud, file, holders):
        raise NotFound
    return file


def view_file(file: File, holders: Mapping[str, str | None]) -> FileView:
    """Return a file as the API shows it."""
    return FileView(
        id=file.id,
        step=file.step,
        field=file.field,
        sha256=file.digest,
        size=file.size,
        pages=file.pages,
        unread_pages=file.unread_pages,
        confirmed_by=Actor.model_validate(file.confirmed_by) if file.confirmed_by else None,
        received_at=file.received_at,
        received_by=Actor.model_validate(file.received_by),
        submissions=list(holders),
    )


async def _holders(session: AsyncSession, tilbud_id: str) -> dict[str, dict[str, str | None]]:
    """Return the submissions that hold each file of the tilbud, with the authority that decides them."""
    columns = (SentFile.file_id, Submission.id, Submission.authority)
    held = select(*columns).join(Submission, Submission.id == SentFile.submission_id)
    found: dict[str, dict[str, str | None]] = {}
    for row in await session.execute(held.where(Submission.subject_id == tilbud_id).order_by(Submission.number)):
        found.setdefault(row.file_id, {})[row.id] = row.authority
    return found


def _may_read(principal: Principal, tilbud: Tilbud, file: File, holders: Mapping[str, str | None]) -> bool:
    """Return whether a file is the caller's business.

    The operator's users have those of the steps that they may read. The authority of the tilbud, and one that decides
    a case with the file in it, have what was sent; what is only drafted, who reports on behalf.
    """
    if is_operator(principal, tilbud):
        steps = readable_steps(principal, tilbud)
        return steps is None or file.step in steps
    if is_officer_at(principal, tilbud.authority):
        return bool(holders) or principal.holds(TILBUD.privileges.report, tilbud.authority)
    return not officer_scopes(principal).isdisjoint(each for each in holders.values() if each)
