"""Content is stored as the service wants it, and nowhere else."""

from sqlalchemy import text

from chassis.database import Database
from reports.testing.gardens import GARDEN_REPORTS, SEAL, ApprovedStep, DraftStep, SealedJson, SubmissionStep
from reports.testing.scenario import WHOLE, Client, Scenario

CANARY = "Hemmelig hasselmus"


async def everything_stored(database: Database) -> dict[str, str]:
    """Return all rows of each table as text, outbox and stored answers included."""
    async with database.read() as session:
        tables = await session.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"))
        return {
            table: " ".join([str(row) for row in await session.execute(text(f"SELECT * FROM {table}"))])  # noqa: S608
            for table in tables.all()
        }


async def test_every_column_with_content_has_the_type_of_the_service(
    owner: Client, scenario: Scenario, database: Database
) -> None:
    await scenario.fill(owner)
    await scenario.save(owner, "garden", WHOLE["garden"] | {"keeper": CANARY})
    key = {"Idempotency-Key": "once"}
    sent = await owner.post(f"{scenario.url}/submissions", headers=key)
    case = sent.json()["id"]
    await scenario.return_case(case, "garden")
    await owner.post(f"{scenario.url}/submissions/{case}/closure", headers=key)
    await owner.post(f"{scenario.url}/draft", json={"start": "new"}, headers=key)
    await scenario.save(owner, "garden", {"name": "Forfra"})
    await owner.post(f"{scenario.url}/draft/restoration", headers=key)
    await scenario.approve((await scenario.submit(owner))["id"])
    await scenario.edit(owner, "garden", name="Kladden")
    stored = await everything_stored(database)
    for model in (DraftStep, SubmissionStep, ApprovedStep):
        assert SEAL in stored[model.__tablename__]
        async with database.read() as session:
            raw = await session.scalars(text(f"SELECT data FROM {model.__tablename__}"))  # noqa: S608
            assert all(data.startswith(SEAL) for data in raw)
    assert (await scenario.get(owner, "/draft/steps/garden"))["data"]["keeper"] == CANARY
    assert [table for table, rows in stored.items() if CANARY in rows] == []


def test_the_tables_take_the_type_from_the_service_and_nothing_else_is_sealed() -> None:
    sealed = {
        f"{model.__tablename__}.{name}"
        for model in vars(GARDEN_REPORTS.tables).values()
        for name, column in model.__table__.columns.items()
        if isinstance(column.type, SealedJson)
    }
    assert sealed == {"draft_steps.data", "draft_steps.unread", "submission_steps.data", "approved_steps.data"}
