"""Takes a snapshot of the whole system after a chaos run: all databases, topics, feed, dump and mails."""

import json
import re
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, fields
from typing import Any, Self

import asyncpg
import httpx2

from contracts.topics import topic as topic_of
from devstack.system import System
from tests.chaos.checker import Effect, Location, Snapshot, StreamEntry
from tests.chaos.probes import (
    EVENT_EFFECTS,
    LAST_SEQUENCES,
    PROBES,
    REPLICATED_VALUES,
    SEQUENCE_OWNERS,
    UNFINISHED_WORK,
    VERSION_COLUMNS,
)
from tests.chaos.topic_reader import read_topic
from tests.e2e.scenario import NORD, RECEIPTS_TOPIC

FEED = "publication.feed.v1"
SERVED = "GET /v1/feed"
FEEDS = (SERVED, FEED)
STATE = "publication.tilbud.v1"
FOLLOWS = "notification.follows.v1"
ADVICES = f"external.advices.{NORD}.v1"
# The effects that belong on each topic, whether anything stands there or not.
TOPIC_EFFECTS = {
    "reporting.tilbud.v1": ("created", "sent", "vacancies"),
    "jurisdiction.cases.v1": ("sent",),
    "jurisdiction.tilbud.v1": ("created",),
    "approval.cases.v1": ("sent", "approved"),
    "approval.tilsyn.v1": ("tilsyn",),
    STATE: ("public",),
    FOLLOWS: ("followed",),
}
ASSIGNED = "dk.tilbudsportalen.jurisdiction.authority-assigned.v1"
TILBUD_ID = re.compile(r"CRV-\d+")

# Every version that goes back is written down by the database itself, whoever writes it.
RECORD_VERSION_REGRESSIONS = """
CREATE TABLE IF NOT EXISTS version_regressions (location text, was text, became text);
GRANT INSERT ON version_regressions TO PUBLIC;
CREATE OR REPLACE FUNCTION record_version_regression() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE name text; was jsonb := to_jsonb(OLD); became jsonb := to_jsonb(NEW);
BEGIN
  FOREACH name IN ARRAY string_to_array(TG_ARGV[0], ',') LOOP
    IF (became->>name)::bigint < (was->>name)::bigint THEN
      INSERT INTO version_regressions VALUES (TG_TABLE_NAME || '.' || name, was->>name, became->>name);
    END IF;
  END LOOP;
  RETURN NULL;
END $$;
"""


@dataclass(frozen=True)
class Addresses:
    """Where everything is; as in ``endpoints.json``."""

    postgres: str
    kafka: str
    publication: str
    mail: str

    @classmethod
    def of(cls, system: System) -> Self:
        """Return where everything of ``system`` is."""
        return cls(**{each.name: system.endpoints[each.name] for each in fields(cls)})

    def database(self, service: str) -> str:
        """Return the address of a service's database for the superuser."""
        return f"{self.postgres.rsplit('/', 1)[0]}/{service}"


@asynccontextmanager
async def database(addresses: Addresses, service: str) -> AsyncIterator[Any]:
    """Open a service's database as superuser."""
    connection = await asyncpg.connect(addresses.database(service))
    try:
        yield connection
    finally:
        await connection.close()


async def record_version_regressions(addresses: Addresses) -> None:
    """Let every database note from now on where a version goes back."""
    for service, tables in VERSION_COLUMNS.items():
        async with database(addresses, service) as connection:
            await connection.execute(RECORD_VERSION_REGRESSIONS)
            await connection.execute("TRUNCATE version_regressions")
            for table, columns in tables.items():
                await connection.execute(
                    f"CREATE OR REPLACE TRIGGER version_regressions AFTER UPDATE ON {table}"
                    f" FOR EACH ROW EXECUTE FUNCTION record_version_regression('{columns}')"
                )


async def existing_tilbud(addresses: Addresses) -> set[str]:
    """Return the tilbud that exist before the run: they are not checked."""
    found: set[str] = set()
    for service in VERSION_COLUMNS:
        async with database(addresses, service) as connection:
            found |= {row[0] for row in await connection.fetch("SELECT id FROM tilbud")}
    return found


@dataclass
class SnapshotBuilder:
    """What the databases show, still by tilbuds-id."""

    effects: dict[str, Counter[tuple[str, str, str]]] = field(default_factory=lambda: defaultdict(Counter))
    kinds: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    last_sequences: dict[tuple[str, str], int] = field(default_factory=dict)
    values: dict[tuple[str, str], dict[str, Any]] = field(default_factory=lambda: defaultdict(dict))
    streams: dict[str, list[StreamEntry]] = field(default_factory=dict)
    regressions: list[str] = field(default_factory=list)
    numbers: dict[str, str] = field(default_factory=dict)

    def add_effect(self, location: str, kind: str, tilbud_id: str, detail: str = "") -> None:
        """Add an effect that stands in a location."""
        self.kinds[location].add(kind)
        self.effects[location][kind, tilbud_id, detail] += 1

    def expect_effects(self, location: str, *kinds: str) -> None:
        """Say that effects of these kinds belong in a location, also when none is there."""
        self.kinds[location] |= set(kinds)


async def take_snapshot(addresses: Addresses, ignored: set[str]) -> Snapshot:
    """Return everything that there is now about other tilbud than the ``ignored`` ones."""
    found = SnapshotBuilder()
    await _read_databases(addresses, found)
    await _read_topics(addresses, found)
    await _read_feed(addresses, found)
    await _read_mails(addresses, found)
    return await _build(addresses, found, ignored)


async def _read_databases(addresses: Addresses, found: SnapshotBuilder) -> None:
    for service in VERSION_COLUMNS:
        async with database(addresses, service) as connection:
            await _read_database(connection, service, found)
    async with database(addresses, "publication") as connection:
        found.last_sequences["feed", ""] = await connection.fetchval("SELECT sequence FROM feed_head")
        for tilbud_id, record in await connection.fetch("SELECT id, record FROM tilbud WHERE record IS NOT NULL"):
            found.values[tilbud_id, "record"]["database"] = _text(json.loads(record))
    async with database(addresses, "reporting") as connection:
        rows = await connection.fetch("SELECT id, number FROM submissions")
        found.numbers = {row[0]: str(row[1]) for row in rows}


async def _read_database(connection: Any, service: str, found: SnapshotBuilder) -> None:
    for each in (each for each in PROBES if each.service == service):
        found.expect_effects(each.location, each.kind)
        for tilbud_id, detail in await connection.fetch(each.sql):
            found.add_effect(each.location, each.kind, tilbud_id or "?", detail or "")
    for name, sql in ((name, sql) for owner, name, sql in REPLICATED_VALUES if owner == service):
        for tilbud_id, value in await connection.fetch(sql):
            found.values[tilbud_id, name][service] = value
    if service in SEQUENCE_OWNERS:
        found.last_sequences |= {(service, row[0]): row[1] for row in await connection.fetch(LAST_SEQUENCES)}
    rows = await connection.fetch("SELECT location, was, became FROM version_regressions")
    found.regressions += [f"{service}: {location} {was} -> {became}" for location, was, became in rows]


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False)


async def _records_on(addresses: Addresses, topic: str) -> list[Any]:
    return await read_topic(addresses.kafka, topic, topic_of(topic).partitions)


async def _read_topics(addresses: Addresses, found: SnapshotBuilder) -> None:
    for topic, kinds in TOPIC_EFFECTS.items():
        found.expect_effects(topic, *kinds)
        found.streams[topic] = _read_records(topic, await _records_on(addresses, topic), found)
    _read_advices(await _records_on(addresses, ADVICES), found)
    _read_receipts(await _records_on(addresses, RECEIPTS_TOPIC), found)


def _read_records(topic: str, records: Iterable[Any], found: SnapshotBuilder) -> list[StreamEntry]:
    entries, ids = [], set()
    last: dict[str, Any] = {}
    for record in records:
        headers = {name: value.decode() for name, value in record.headers}
        key, data = record.key.decode(), json.loads(record.value) if record.value else None
        last[key] = data
        entry = StreamEntry(
            key, topic.split(".", maxsplit=1)[0], int(headers["ce_sequence"]), headers["ce_id"], _version(topic, data)
        )
        entries.append(entry)
        if entry.id not in ids:
            ids.add(entry.id)
            _add_event(topic, headers["ce_type"], key, data, found)
    _add_state(topic, last, found)
    return entries


def _version(topic: str, data: Any) -> int:
    """Return the version that a state says of itself."""
    if topic == STATE and data:
        return int(data["tilbud"]["version"])
    return int(data["version"]) if topic in {FOLLOWS, "jurisdiction.tilbud.v1"} and data else 0


def _add_event(topic: str, ce_type: str, key: str, data: Any, found: SnapshotBuilder) -> None:
    name = ce_type.removeprefix("dk.tilbudsportalen.").removesuffix(".v1")
    if name in EVENT_EFFECTS:
        kind, detail = EVENT_EFFECTS[name]
        found.add_effect(topic, kind, key, found.numbers.get(detail(data), detail(data)))
    if ce_type == ASSIGNED and data["version"] == 1:
        found.add_effect(topic, "created", key)


def _add_state(topic: str, last: dict[str, Any], found: SnapshotBuilder) -> None:
    if topic == STATE:
        for key in (key for key, data in last.items() if data):
            found.add_effect(topic, "public", key)
            found.values[key, "record"][topic] = _text(last[key]["tilbud"])
    if topic == FOLLOWS:
        for key, data in last.items():
            for _ in data["followers"]:
                found.add_effect(topic, "followed", key)


def _read_advices(records: Iterable[Any], found: SnapshotBuilder) -> None:
    found.expect_effects(ADVICES, "sent")
    ids = set()
    for record in records:
        identifier = dict(record.headers)["ce_id"]
        data = json.loads(record.value)
        if identifier not in ids:
            found.add_effect(ADVICES, "sent", data["tilbud_id"], found.numbers.get(data["case_id"], data["case_id"]))
        ids.add(identifier)


def _read_receipts(records: Iterable[Any], found: SnapshotBuilder) -> None:
    """An event that came again has its receipt again; two that differ would be two answers."""
    found.expect_effects(RECEIPTS_TOPIC, "tilsyn")
    answers = {(record.value, _text(json.loads(record.value))) for record in records}
    for data in (json.loads(value) for value, _ in answers):
        if data["accepted"]:
            found.add_effect(RECEIPTS_TOPIC, "tilsyn", data["tilbud_id"] or "?", data["event_id"])


async def _read_feed(addresses: Addresses, found: SnapshotBuilder) -> None:
    async with httpx2.AsyncClient(base_url=addresses.publication, timeout=60) as http:
        entries = await read_feed(http)
        lines = [json.loads(line) for line in (await http.get("/v1/dump")).text.splitlines()]
    sent = [_as_served(record) for record in await _records_on(addresses, FEED)]
    found.streams[SERVED] = feed_entries(entries)
    found.streams[FEED] = feed_entries(sent)
    found.streams[f"{SERVED} by tilbud"] = [_by_tilbud(entry) for entry in entries]
    _add_entries(SERVED, entries, found)
    _add_entries(FEED, sent, found)
    found.expect_effects("GET /v1/dump", "public")
    for line in lines:
        found.add_effect("GET /v1/dump", "public", line["id"])
        found.values[line["id"], "record"]["GET /v1/dump"] = _text(line)


def _as_served(record: Any) -> dict[str, Any]:
    """Return an entry on Kafka, where its attributes are headers, as the feed serves it."""
    headers = {name: raw.decode() for name, raw in record.headers}
    attributes = ("specversion", "id", "type", "source", "subject", "time", "method")
    return {
        **{name: headers[f"ce_{name}"] for name in attributes},
        "datacontenttype": headers["content-type"],
        "data": json.loads(record.value),
    }


async def read_feed(http: httpx2.AsyncClient, position: str = "0") -> list[Any]:
    """Return the feed behind ``position`` as it is now."""
    entries: list[Any] = []
    while True:
        after = entries[-1]["id"] if entries else position
        items = (await http.get("/v1/feed", params={"lastEventId": after, "limit": 1000})).raise_for_status().json()
        if not items:
            return entries
        entries += items


def feed_entries(entries: Sequence[Any]) -> list[StreamEntry]:
    """Return the entries as one stream: over all tilbud the numbers rise by one."""
    return [StreamEntry("", "feed", int(entry["id"]), entry["id"]) for entry in entries]


def _by_tilbud(entry: Any) -> StreamEntry:
    tilbud = entry["data"]["tilbud"]
    version = tilbud["version"] if tilbud else 0
    return StreamEntry(entry["subject"], "feed by tilbud", int(entry["id"]), entry["id"], version)


def _add_entries(location: str, entries: Sequence[Any], found: SnapshotBuilder) -> None:
    found.expect_effects(location, "public")
    for key, entry in {entry["subject"]: entry for entry in entries}.items():
        if entry["method"] == "PUT":
            found.add_effect(location, "public", key)
            found.values[key, "record"][location] = _text(entry["data"]["tilbud"])
    for entry in {entry["id"]: entry for entry in entries}.values():
        found.values[entry["subject"], f"feed entry {entry['id']}"][location] = _text(entry)


async def _read_mails(addresses: Addresses, found: SnapshotBuilder) -> None:
    """A mail that was sent again has the same Message-ID and the same words."""
    async with httpx2.AsyncClient(timeout=60) as http:
        mails = (await http.get(f"{addresses.mail}/messages")).raise_for_status().json()
    found.expect_effects("mails caught", "mail")
    by_id: dict[str, set[str]] = defaultdict(set)
    for mail in mails:
        by_id[mail["message_id"]].add(_text([mail["to"], mail["subject"], mail["text"], mail["date"]]))
    for identifier, texts in by_id.items():
        to, subject, text, _ = json.loads(min(texts))
        named = TILBUD_ID.search(f"{text} {subject}")
        tilbud_id = named[0] if named else "?"
        found.add_effect("mails caught", "mail", tilbud_id, to)
        found.values[tilbud_id, f"mail {identifier}"] = {f"copy {number}": each for number, each in enumerate(texts)}


async def _build(addresses: Addresses, found: SnapshotBuilder, ignored: set[str]) -> Snapshot:
    """Return what was seen by the names of the reports: a client that got no answer knows no id."""
    async with database(addresses, "reporting") as connection:
        names = dict(await connection.fetch("SELECT id, name FROM tilbud"))
    return Snapshot(
        locations=[_location(name, found, names, ignored) for name in sorted(found.kinds)],
        streams={
            name: [entry for entry in entries if entry.key not in ignored] for name, entries in found.streams.items()
        },
        last_sequences={
            (source, key): last for (source, key), last in found.last_sequences.items() if key not in ignored
        },
        values={
            (names.get(key, key), name): values for (key, name), values in found.values.items() if key not in ignored
        },
        regressions=found.regressions,
        unfinished=await unfinished_work(addresses),
    )


def _location(name: str, found: SnapshotBuilder, names: dict[str, str], ignored: set[str]) -> Location:
    effects: Counter[Effect] = Counter()
    for (kind, key, detail), times in found.effects[name].items():
        if key not in ignored:
            effects[Effect(kind, names.get(key, key), detail)] += times
    return Location(name, frozenset(found.kinds[name]), effects)


async def unfinished_work(addresses: Addresses) -> dict[str, int]:
    """Return what is still to be done, by what and where."""
    found = {}
    for what, (sql, services) in UNFINISHED_WORK.items():
        for service in services:
            async with database(addresses, service) as connection:
                found[f"{service}: {what}"] = await connection.fetchval(sql)
    return found
