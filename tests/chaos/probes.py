"""Where an effect can be seen: one query for each location in a database, and what each event on a topic says."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Probe:
    """A location in a service's database: ``sql`` gives a row of tilbuds-id and detail for each effect of ``kind``."""

    service: str
    name: str
    kind: str
    sql: str

    @property
    def location(self) -> str:
        """Return the name of the location."""
        return f"{self.service}: {self.name}"


def _probes(service: str, *rows: tuple[str, str, str]) -> tuple[Probe, ...]:
    return tuple(Probe(service, name, kind, sql) for name, kind, sql in rows)


PROBES = (
    *_probes(
        "reporting",
        ("tilbud", "created", "SELECT id, '' FROM tilbud"),
        ("actions", "saved", "SELECT tilbud_id, details->>'step' FROM actions WHERE what = 'step-saved'"),
        ("submissions", "sent", "SELECT tilbud_id, number::text FROM submissions"),
        ("submissions", "approved", "SELECT tilbud_id, number::text FROM submissions WHERE state = 'approved'"),
        ("baseline", "approved", "SELECT DISTINCT tilbud_id, number::text FROM approved_steps"),
        (
            "actions",
            "approved",
            (
                "SELECT a.tilbud_id, s.number::text FROM actions a JOIN submissions s"
                " ON s.id = a.details->>'submission_id' WHERE a.what = 'case-approved'"
            ),
        ),
        ("tilsyn seen", "tilsyn", "SELECT tilbud_id, tilsyn_id FROM tilsyn_seen"),
        ("actions", "vacancies", "SELECT tilbud_id, '' FROM actions WHERE what = 'vacancies-changed'"),
    ),
    *_probes(
        "jurisdiction",
        ("tilbud", "created", "SELECT id, '' FROM tilbud WHERE version > 0"),
        ("assignments", "created", "SELECT tilbud_id, '' FROM assignments WHERE version = 1"),
        ("submissions", "sent", "SELECT tilbud_id, number::text FROM submissions WHERE facts IS NOT NULL"),
        (
            "routings",
            "sent",
            "SELECT r.tilbud_id, s.number::text FROM routings r JOIN submissions s ON s.id = r.submission_id",
        ),
        ("submissions", "approved", "SELECT tilbud_id, number::text FROM submissions WHERE state = 'approved'"),
    ),
    *_probes(
        "approval",
        ("tilbud", "created", "SELECT id, '' FROM tilbud WHERE known"),
        ("reports", "sent", "SELECT tilbud_id, event->>'number' FROM reports"),
        (
            "case log",
            "sent",
            (
                "SELECT c.tilbud_id, c.number::text FROM case_log l JOIN cases c ON c.id = l.case_id"
                " WHERE l.act = 'opened'"
            ),
        ),
        (
            "case log",
            "decided",
            (
                "SELECT c.tilbud_id, c.number || '/' || l.step FROM case_log l"
                " JOIN cases c ON c.id = l.case_id WHERE l.act = 'decided'"
            ),
        ),
        (
            "case log",
            "approved",
            (
                "SELECT c.tilbud_id, c.number::text FROM case_log l JOIN cases c ON c.id = l.case_id"
                " WHERE l.act = 'approved'"
            ),
        ),
        (
            "cases",
            "approved",
            "SELECT tilbud_id, number::text FROM cases WHERE state = 'closed' AND outcome = 'approved'",
        ),
        ("approved steps", "approved", "SELECT DISTINCT tilbud_id, number::text FROM approved_steps"),
        ("tilsyn", "tilsyn", "SELECT tilbud_id, tilsyn_id FROM tilsyn"),
        (
            "receipts",
            "tilsyn",
            "SELECT answer->>'tilbud_id', event_id FROM receipts WHERE (answer->>'accepted')::boolean",
        ),
    ),
    *_probes(
        "publication",
        ("tilbud", "created", "SELECT id, '' FROM tilbud WHERE known->'operator' <> 'null'"),
        (
            "knowledge",
            "approved",
            (
                "SELECT id, known->'latest'->>'number' FROM tilbud WHERE known->'latest' <> 'null'"
                " UNION SELECT id, known->'first'->>'number' FROM tilbud WHERE known->'first' <> 'null'"
            ),
        ),
        (
            "knowledge",
            "tilsyn",
            "SELECT id, t.value->>'tilsyn_id' FROM tilbud, jsonb_each(coalesce(known->'tilsyn', '{}')) t",
        ),
        ("tilbud", "public", "SELECT id, '' FROM tilbud WHERE record IS NOT NULL"),
        ("search", "public", "SELECT DISTINCT tilbud_id, '' FROM search_rows WHERE valid_to IS NULL"),
    ),
    *_probes(
        "notification",
        ("tilbud", "created", "SELECT id, '' FROM tilbud WHERE content_number >= 0"),
        ("follows", "followed", "SELECT tilbud_id, '' FROM follows"),
        ("tilbud", "public", "SELECT id, '' FROM tilbud WHERE is_public"),
        ("mails queued", "mail", "SELECT tilbud_id, email FROM mails"),
        ("mails sent", "mail", "SELECT tilbud_id, email FROM mails WHERE state = 'sent'"),
    ),
    *_probes(
        "portal",
        ("tilbud", "created", "SELECT id, '' FROM tilbud WHERE facts_number >= 0"),
        ("cases", "sent", "SELECT tilbud_id, number::text FROM cases WHERE submitted_at IS NOT NULL"),
        ("cases", "approved", "SELECT tilbud_id, number::text FROM cases WHERE state = 'approved'"),
        ("tilsyn", "tilsyn", "SELECT tilbud_id, split_part(tilsyn_id, '/', 2) FROM tilsyn"),
        ("followers", "followed", "SELECT tilbud_id, '' FROM followers"),
        ("tilbud", "public", "SELECT id, '' FROM tilbud WHERE published"),
    ),
)

Detail = Callable[[dict[str, Any]], str]

# What an event says was done, and which one of it; the id of a submission stands for its number, which is looked up.
EVENT_EFFECTS: dict[str, tuple[str, Detail]] = {
    "reporting.tilbud-created": ("created", lambda _: ""),
    "reporting.submission-sent": ("sent", lambda data: str(data["number"])),
    "reporting.vacancies-changed": ("vacancies", lambda _: ""),
    "jurisdiction.case-routed": ("sent", lambda data: data["submission_id"]),
    "approval.case-opened": ("sent", lambda data: str(data["number"])),
    "approval.case-approved": ("approved", lambda data: str(data["number"])),
    "approval.tilsyn-published": ("tilsyn", lambda data: str(data["tilsyn_id"])),
}

# The number that each service draws for its events about a tilbud (docs/architecture.md, guards).
LAST_SEQUENCES = "SELECT id, sequence FROM tilbud"
SEQUENCE_OWNERS = ("reporting", "jurisdiction", "approval", "publication", "notification")

# The same content in every location: by name, the report's own and that of each service.
REPLICATED_VALUES = (
    ("reporting", "name", "SELECT id, name FROM tilbud"),
    ("approval", "name", "SELECT id, name FROM tilbud"),
    ("notification", "name", "SELECT id, name FROM tilbud"),
    ("portal", "name", "SELECT id, name FROM tilbud"),
    ("publication", "name", "SELECT id, record->>'name' FROM tilbud WHERE record IS NOT NULL"),
    (
        "reporting",
        "approved",
        (
            "SELECT DISTINCT ON (tilbud_id) tilbud_id, data->>'values' FROM approved_steps"
            " WHERE key = 'values' ORDER BY tilbud_id, number DESC"
        ),
    ),
    (
        "approval",
        "approved",
        (
            "SELECT DISTINCT ON (tilbud_id) tilbud_id, data->>'values' FROM approved_steps"
            " WHERE step = 'values' ORDER BY tilbud_id, number DESC"
        ),
    ),
    ("publication", "approved", "SELECT id, record->'steps'->'values'->>'values' FROM tilbud WHERE record IS NOT NULL"),
    (
        "reporting",
        "vacancies",
        "SELECT id, vacancies->0->>'waiting_time_weeks' FROM tilbud WHERE vacancies_version > 0",
    ),
    (
        "publication",
        "vacancies",
        (
            "SELECT t.id, d->'steps'->'places'->>'waiting_time_weeks' FROM tilbud t,"
            " jsonb_array_elements(record->'departments') d WHERE record IS NOT NULL AND d->>'id' = 'afd-1'"
            " AND known->'vacancies' <> 'null'"
        ),
    ),
    ("reporting", "authority", "SELECT id, authority FROM tilbud WHERE authority_version > 0"),
    ("jurisdiction", "authority", "SELECT id, authority FROM tilbud WHERE version > 0"),
    ("approval", "authority", "SELECT id, authority FROM tilbud WHERE authority_version > 0"),
    (
        "publication",
        "authority",
        "SELECT id, known->'authority'->>'authority' FROM tilbud WHERE known->'authority' <> 'null'",
    ),
    ("notification", "authority", "SELECT id, authority FROM tilbud WHERE authority_version > 0"),
    ("portal", "authority", "SELECT id, authority FROM tilbud WHERE authority_version > 0"),
)

# Numbers that never go back, whoever writes them; the database itself notes where one does.
VERSION_COLUMNS = {
    "reporting": {
        "tilbud": "sequence,facts_number,authority_version,last_number,last_version,vacancies_version",
        "submissions": "revision",
        "tilsyn_seen": "version",
    },
    "jurisdiction": {"tilbud": "sequence,version,decided_number", "submissions": "revision"},
    "approval": {
        "tilbud": "sequence,facts_number,authority_version,accepted_tilsyn",
        "routings": "sequence",
        "cases": "revision,version",
    },
    "publication": {"tilbud": "sequence,version", "feed_head": "sequence"},
    "notification": {
        "tilbud": "sequence,content_number,authority_version,public_sequence,followers_version",
        "mails": "attempts",
    },
    "portal": {
        "tilbud": "facts_number,authority_version,published_seen,followers_version",
        "cases": "revision,number",
        "tilsyn": "version",
    },
}

# Work that is still to be done; at the end there is none.
UNFINISHED_WORK = {
    "outbox": (
        "SELECT count(*) FROM outbox",
        ("reporting", "jurisdiction", "approval", "publication", "notification", "portal"),
    ),
    "dead letters": (
        "SELECT count(*) FROM dead_letters WHERE settled_at IS NULL",
        ("reporting", "jurisdiction", "approval", "publication", "notification", "portal"),
    ),
    "feed queue": ("SELECT count(*) FROM feed_pending", ("publication",)),
    "mails to send": ("SELECT count(*) FROM mails WHERE state = 'owed'", ("notification",)),
    "receipts to settle": ("SELECT count(*) FROM receipts WHERE answer IS NULL", ("approval",)),
}
