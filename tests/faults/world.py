"""Looks at the whole system after a failure run: all databases, topics, feed, dump and mails."""

import json
import re
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, fields
from typing import Any, Self

import asyncpg
import httpx2
from judge import Effect, Mark, Place, World
from places import DRAWING, DRAWN, LOOKS, SAYINGS, VALUES, WAITING, WATCHED
from records import records
from walk.way import NORD, RECEIPTS_TOPIC

from contracts.topics import topic as topic_of
from devstack.system import System

FEED = "publication.feed.v1"
SERVED = "GET /v1/feed"
FEEDS = (SERVED, FEED)
STATE = "publication.tilbud.v1"
FOLLOWS = "notification.follows.v1"
ADVICES = f"external.advices.{NORD}.v1"
# What is told on each topic, whether anything stands there or not.
INNER = {
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

# Every step back of a version is written down by the database itself, whoever makes it.
WATCH = """
CREATE TABLE IF NOT EXISTS steps_back (place text, was text, became text);
GRANT INSERT ON steps_back TO PUBLIC;
CREATE OR REPLACE FUNCTION note_step_back() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE name text; was jsonb := to_jsonb(OLD); became jsonb := to_jsonb(NEW);
BEGIN
  FOREACH name IN ARRAY string_to_array(TG_ARGV[0], ',') LOOP
    IF (became->>name)::bigint < (was->>name)::bigint THEN
      INSERT INTO steps_back VALUES (TG_TABLE_NAME || '.' || name, was->>name, became->>name);
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


async def watch(addresses: Addresses) -> None:
    """Let every database note from now on where a version goes back."""
    for service, tables in WATCHED.items():
        async with database(addresses, service) as connection:
            await connection.execute(WATCH)
            await connection.execute("TRUNCATE steps_back")
            for table, columns in tables.items():
                await connection.execute(
                    f"CREATE OR REPLACE TRIGGER watch AFTER UPDATE ON {table}"
                    f" FOR EACH ROW EXECUTE FUNCTION note_step_back('{columns}')"
                )


async def known(addresses: Addresses) -> set[str]:
    """Return the tilbud that exist before the run: they are not judged."""
    found: set[str] = set()
    for service in WATCHED:
        async with database(addresses, service) as connection:
            found |= {row[0] for row in await connection.fetch("SELECT id FROM tilbud")}
    return found


@dataclass
class Seen:
    """What the databases show, still by tilbuds-id."""

    places: dict[str, Counter[tuple[str, str, str]]] = field(default_factory=lambda: defaultdict(Counter))
    kinds: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    drawn: dict[tuple[str, str], int] = field(default_factory=dict)
    values: dict[tuple[str, str], dict[str, Any]] = field(default_factory=lambda: defaultdict(dict))
    streams: dict[str, list[Mark]] = field(default_factory=dict)
    backwards: list[str] = field(default_factory=list)
    numbers: dict[str, str] = field(default_factory=dict)

    def note(self, place: str, kind: str, tilbud_id: str, detail: str = "") -> None:
        """Note that an effect stands in a place."""
        self.kinds[place].add(kind)
        self.places[place][kind, tilbud_id, detail] += 1

    def expect(self, place: str, *kinds: str) -> None:
        """Say that effects of these kinds belong in a place, also when none is there."""
        self.kinds[place] |= set(kinds)


async def look(addresses: Addresses, ignored: set[str]) -> World:
    """Return everything that there is now about other tilbud than the ``ignored`` ones."""
    seen = Seen()
    await _look_at_databases(addresses, seen)
    await _look_at_topics(addresses, seen)
    await _look_at_feed(addresses, seen)
    await _look_at_mails(addresses, seen)
    return await _named(addresses, seen, ignored)


async def _look_at_databases(addresses: Addresses, seen: Seen) -> None:
    for service in WATCHED:
        async with database(addresses, service) as connection:
            await _look_at_database(connection, service, seen)
    async with database(addresses, "publication") as connection:
        seen.drawn["feed", ""] = await connection.fetchval("SELECT sequence FROM feed_head")
        for tilbud_id, record in await connection.fetch("SELECT id, record FROM tilbud WHERE record IS NOT NULL"):
            seen.values[tilbud_id, "record"]["database"] = _text(json.loads(record))
    async with database(addresses, "reporting") as connection:
        rows = await connection.fetch("SELECT id, number FROM submissions")
        seen.numbers = {row[0]: str(row[1]) for row in rows}


async def _look_at_database(connection: Any, service: str, seen: Seen) -> None:
    for each in (each for each in LOOKS if each.service == service):
        seen.expect(each.place, each.kind)
        for tilbud_id, detail in await connection.fetch(each.sql):
            seen.note(each.place, each.kind, tilbud_id or "?", detail or "")
    for name, sql in ((name, sql) for owner, name, sql in VALUES if owner == service):
        for tilbud_id, value in await connection.fetch(sql):
            seen.values[tilbud_id, name][service] = value
    if service in DRAWING:
        seen.drawn |= {(service, row[0]): row[1] for row in await connection.fetch(DRAWN)}
    rows = await connection.fetch("SELECT place, was, became FROM steps_back")
    seen.backwards += [f"{service}: {place} {was} -> {became}" for place, was, became in rows]


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False)


async def _on(addresses: Addresses, topic: str) -> list[Any]:
    return await records(addresses.kafka, topic, topic_of(topic).partitions)


async def _look_at_topics(addresses: Addresses, seen: Seen) -> None:
    for topic, kinds in INNER.items():
        seen.expect(topic, *kinds)
        seen.streams[topic] = _read(topic, await _on(addresses, topic), seen)
    _read_advices(await _on(addresses, ADVICES), seen)
    _read_receipts(await _on(addresses, RECEIPTS_TOPIC), seen)


def _read(topic: str, found: Iterable[Any], seen: Seen) -> list[Mark]:
    marks, ids = [], set()
    last: dict[str, Any] = {}
    for record in found:
        headers = {name: value.decode() for name, value in record.headers}
        key, data = record.key.decode(), json.loads(record.value) if record.value else None
        last[key] = data
        mark = Mark(
            key, topic.split(".", maxsplit=1)[0], int(headers["ce_sequence"]), headers["ce_id"], _version(topic, data)
        )
        marks.append(mark)
        if mark.id not in ids:
            ids.add(mark.id)
            _take_saying(topic, headers["ce_type"], key, data, seen)
    _take_state(topic, last, seen)
    return marks


def _version(topic: str, data: Any) -> int:
    """Return the version that a state says of itself."""
    if topic == STATE and data:
        return int(data["tilbud"]["version"])
    return int(data["version"]) if topic in {FOLLOWS, "jurisdiction.tilbud.v1"} and data else 0


def _take_saying(topic: str, ce_type: str, key: str, data: Any, seen: Seen) -> None:
    name = ce_type.removeprefix("dk.tilbudsportalen.").removesuffix(".v1")
    if name in SAYINGS:
        kind, detail = SAYINGS[name]
        seen.note(topic, kind, key, seen.numbers.get(detail(data), detail(data)))
    if ce_type == ASSIGNED and data["version"] == 1:
        seen.note(topic, "created", key)


def _take_state(topic: str, last: dict[str, Any], seen: Seen) -> None:
    if topic == STATE:
        for key in (key for key, data in last.items() if data):
            seen.note(topic, "public", key)
            seen.values[key, "record"][topic] = _text(last[key]["tilbud"])
    if topic == FOLLOWS:
        for key, data in last.items():
            for _ in data["followers"]:
                seen.note(topic, "followed", key)


def _read_advices(found: Iterable[Any], seen: Seen) -> None:
    seen.expect(ADVICES, "sent")
    ids = set()
    for record in found:
        identifier = dict(record.headers)["ce_id"]
        data = json.loads(record.value)
        if identifier not in ids:
            seen.note(ADVICES, "sent", data["tilbud_id"], seen.numbers.get(data["case_id"], data["case_id"]))
        ids.add(identifier)


def _read_receipts(found: Iterable[Any], seen: Seen) -> None:
    """An event that came again has its receipt again; two that differ would be two answers."""
    seen.expect(RECEIPTS_TOPIC, "tilsyn")
    answers = {(record.value, _text(json.loads(record.value))) for record in found}
    for data in (json.loads(value) for value, _ in answers):
        if data["accepted"]:
            seen.note(RECEIPTS_TOPIC, "tilsyn", data["tilbud_id"] or "?", data["event_id"])


async def _look_at_feed(addresses: Addresses, seen: Seen) -> None:
    async with httpx2.AsyncClient(base_url=addresses.publication, timeout=60) as http:
        entries = await read_feed(http)
        lines = [json.loads(line) for line in (await http.get("/v1/dump")).text.splitlines()]
    sent = [json.loads(record.value) for record in await _on(addresses, FEED)]
    seen.streams[SERVED] = feed_marks(entries)
    seen.streams[FEED] = feed_marks(sent)
    seen.streams[f"{SERVED} by tilbud"] = [_by_tilbud(entry) for entry in entries]
    _take_entries(SERVED, entries, seen)
    _take_entries(FEED, sent, seen)
    seen.expect("GET /v1/dump", "public")
    for line in lines:
        seen.note("GET /v1/dump", "public", line["id"])
        seen.values[line["id"], "record"]["GET /v1/dump"] = _text(line)


async def read_feed(http: httpx2.AsyncClient, position: str = "0") -> list[Any]:
    """Return the feed behind ``position`` as it is now."""
    entries: list[Any] = []
    while True:
        after = entries[-1]["id"] if entries else position
        items = (await http.get("/v1/feed", params={"lastEventId": after, "limit": 1000})).raise_for_status().json()
        if not items:
            return entries
        entries += items


def feed_marks(entries: Sequence[Any]) -> list[Mark]:
    """Return the entries as one line: over all tilbud the numbers rise by one."""
    return [Mark("", "feed", int(entry["id"]), entry["id"]) for entry in entries]


def _by_tilbud(entry: Any) -> Mark:
    tilbud = entry["data"]["tilbud"]
    version = tilbud["version"] if tilbud else 0
    return Mark(entry["subject"], "feed by tilbud", int(entry["id"]), entry["id"], version)


def _take_entries(place: str, entries: Sequence[Any], seen: Seen) -> None:
    seen.expect(place, "public")
    for key, entry in {entry["subject"]: entry for entry in entries}.items():
        if entry["method"] == "PUT":
            seen.note(place, "public", key)
            seen.values[key, "record"][place] = _text(entry["data"]["tilbud"])
    for entry in {entry["id"]: entry for entry in entries}.values():
        seen.values[entry["subject"], f"feed entry {entry['id']}"][place] = _text(entry)


async def _look_at_mails(addresses: Addresses, seen: Seen) -> None:
    """A mail that was sent again has the same Message-ID and the same words."""
    async with httpx2.AsyncClient(timeout=60) as http:
        mails = (await http.get(f"{addresses.mail}/messages")).raise_for_status().json()
    seen.expect("mails caught", "mail")
    by_id: dict[str, set[str]] = defaultdict(set)
    for mail in mails:
        by_id[mail["message_id"]].add(_text([mail["to"], mail["subject"], mail["text"], mail["date"]]))
    for identifier, texts in by_id.items():
        to, subject, text, _ = json.loads(min(texts))
        named = TILBUD_ID.search(f"{text} {subject}")
        tilbud_id = named[0] if named else "?"
        seen.note("mails caught", "mail", tilbud_id, to)
        seen.values[tilbud_id, f"mail {identifier}"] = {f"copy {place}": each for place, each in enumerate(texts)}


async def _named(addresses: Addresses, seen: Seen, ignored: set[str]) -> World:
    """Return what was seen by the names of the reports: a client that got no answer knows no id."""
    async with database(addresses, "reporting") as connection:
        names = dict(await connection.fetch("SELECT id, name FROM tilbud"))
    return World(
        places=[_place(name, seen, names, ignored) for name in sorted(seen.kinds)],
        streams={name: [mark for mark in marks if mark.key not in ignored] for name, marks in seen.streams.items()},
        drawn={(source, key): last for (source, key), last in seen.drawn.items() if key not in ignored},
        values={
            (names.get(key, key), name): values for (key, name), values in seen.values.items() if key not in ignored
        },
        backwards=seen.backwards,
        left=await left_over(addresses),
    )


def _place(name: str, seen: Seen, names: dict[str, str], ignored: set[str]) -> Place:
    found: Counter[Effect] = Counter()
    for (kind, key, detail), times in seen.places[name].items():
        if key not in ignored:
            found[Effect(kind, names.get(key, key), detail)] += times
    return Place(name, frozenset(seen.kinds[name]), found)


async def left_over(addresses: Addresses) -> dict[str, int]:
    """Return what is still to be done, by what and where."""
    found = {}
    for what, (sql, services) in WAITING.items():
        for service in services:
            async with database(addresses, service) as connection:
                found[f"{service}: {what}"] = await connection.fetchval(sql)
    return found
