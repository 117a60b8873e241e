"""How facts are said in Danish in a mail. Pure."""

from collections.abc import Iterable, Mapping
from datetime import date

from contracts.events.approval import DeadlineNoticed, DeadlineOf, Sanction, TilsynDecision, TilsynPublished
from contracts.events.reporting import DutyKind, NoticedDuty
from contracts.form import parse_key
from contracts.form.loading import steps_of
from contracts.vocabularies import vocabulary
from notification.figures import Rate, SanctionTurn, Turn, Vacancies
from notification.mail_types import Failure

DECISIONS = {
    TilsynDecision.APPROVED: "godkendt",
    TilsynDecision.APPROVED_WITH_CONDITIONS: "godkendt med vilkår",
    TilsynDecision.NOT_APPROVED: "ikke godkendt",
    TilsynDecision.NO_DECISION: "ingen afgørelse om godkendelsen",
}

# So many lines of one sort stand in a mail.
MOST_LINES = 20

FAILURES = {
    Failure.ADDRESS: "Adressen kan ikke modtage mails.",
    Failure.REFUSED: "Modtagerens mailserver har afvist mailen.",
    Failure.GIVEN_UP: "Mailserveren har udskudt mailen så mange gange, at den ikke bliver sendt.",
    Failure.UNWRITABLE: "Mailen kunne ikke skrives.",
    Failure.STOPPED: "Tidligere mails til adressen er kommet retur.",
}


def failure_words(failure: Failure) -> str:
    """Return why a mail was not delivered."""
    return FAILURES[failure]


def decision_words(decision: TilsynDecision) -> str:
    """Return what a tilsyn ends in."""
    return DECISIONS[decision]


def step_titles(kind: str, keys: Iterable[str], departments: Mapping[str, str] | None = None) -> list[str]:
    """Return the titles of steps of a kind's form, each once; with the names of ``departments`` by id, where known."""
    titles = {step.id: step.title for step in steps_of(kind)}
    return list(dict.fromkeys(_step_title(key, titles, departments or {}) for key in keys))


def _step_title(key: str, titles: Mapping[str, str], departments: Mapping[str, str]) -> str:
    step, department = parse_key(key)
    title, name = titles.get(step, key), departments.get(department or "")
    return f"{title}: {name}" if name else title


def danish_date(day: date) -> str:
    """Return a day as it is written in a text."""
    return f"{day.day}.{day.month}.{day.year}"


def sanction_lines(event: TilsynPublished) -> list[str]:
    """Return the sanctions that a tilsyn gives or ends, by kind and with their dates; their texts stand nowhere."""
    period = event.intensified
    lines = [f"Skærpet tilsyn fra {danish_date(period.start)} til {danish_date(period.until)}"] if period else []
    lines += [_deadline("Påbud", each) for each in event.orders]
    lines += [_deadline("Vilkår", each) for each in event.conditions]
    if event.ended:
        lines.append(f"Ophævet: {len(event.ended)} tidligere påbud eller vilkår")
    return shortened(lines)


def _deadline(kind: str, sanction: Sanction) -> str:
    if sanction.deadline is None:
        return f"{kind} uden frist"
    return f"{kind} med frist den {danish_date(sanction.deadline)}"


TURNS = {
    Turn.BEGAN: "Skærpet tilsyn er begyndt og varer til {}",
    Turn.ENDED: "Skærpet tilsyn er slut. Det varede til {}",
    Turn.OVERDUE: "Et påbud er ikke opfyldt inden fristen den {}",
}


def turn_line(turn: SanctionTurn) -> str:
    """Return what the days did to a sanction."""
    return TURNS[turn.turn].format(danish_date(turn.day))


DEADLINES = {
    DeadlineOf.ORDER: ("Et påbud skal være opfyldt senest den {}", "Et påbud skulle være opfyldt den {}"),
    DeadlineOf.CONDITION: ("Et vilkår skal være opfyldt senest den {}", "Et vilkår skulle være opfyldt den {}"),
    DeadlineOf.INTENSIFIED: ("Skærpet tilsyn slutter den {}", "Skærpet tilsyn sluttede den {}"),
    DeadlineOf.EMERGENCY_USE: (
        "Akut brug uden godkendelse skal være ophørt senest den {}",
        "Akut brug uden godkendelse skulle være ophørt den {}",
    ),
    DeadlineOf.UNUSED_APPROVAL: (
        "Godkendelsen bortfalder den {}, hvis tilbuddet fortsat ikke bruges",
        "Tilbuddet er ikke brugt til og med den {}, og myndigheden skal afgøre, om godkendelsen er bortfaldet",
    ),
    DeadlineOf.CONTROL_SAMPLE: (
        "Tilbuddet skal svare i Social- og Boligstyrelsens stikprøve senest den {}",
        "Tilbuddet skulle svare i Social- og Boligstyrelsens stikprøve senest den {}",
    ),
}


def deadline_line(event: DeadlineNoticed) -> str:
    """Return which deadline is near, or has passed."""
    return DEADLINES[event.deadline_of][event.passed].format(danish_date(event.deadline))


DUTIES = {
    DutyKind.ANNUAL_REPORT: "Årsrapporten for {year}, senest den {deadline}",
    DutyKind.BUDGET: "Budgettet for {year}, senest den {deadline}",
    DutyKind.RATES: "Taksterne for {year}, senest den {deadline}",
    DutyKind.LEGAL_BASIS: "En tilbudstype, der udløber den {deadline}",
    DutyKind.VACANCIES: "Ledige pladser og ventetid, som sidst er bekræftet den {since}",
}


def duty_line(duty: NoticedDuty) -> str:
    """Return what has to be reported, and by which day."""
    since = danish_date(duty.since) if duty.since else ""
    return DUTIES[duty.kind].format(year=duty.year, deadline=danish_date(duty.deadline), since=since)


def shortened(lines: Iterable[str]) -> list[str]:
    """Return the lines, and how many more there are where they are many."""
    found = list(lines)
    rest = len(found) - MOST_LINES
    return found if rest <= 0 else [*found[:MOST_LINES], f"og {rest} mere"]


def rate_line(rate: Rate) -> str:
    """Return a changed rate: what it is for, where, and what it was."""
    units = vocabulary("rate-units")
    unit = units.label(rate.unit) if rate.unit in units else ""
    what = ", ".join(part for part in (rate.place, rate.name) if part) or "Taksten"
    return f"{what}: {kroner(rate.new)} {unit}".rstrip() + f", før {kroner(rate.old)}"


def vacancies_line(free: Vacancies) -> str:
    """Return how many places are free now, and how many were."""
    place = f"{free.place}: " if free.place else ""
    return f"{place}{_places(free.new)}, før {_places(free.old)}"


def _places(number: int) -> str:
    if number == 0:
        return "ingen ledige pladser"
    return "1 ledig plads" if number == 1 else f"{number} ledige pladser"


def kroner(oere: int) -> str:
    """Return an amount in øre as it is written in a text, with øre only where there are some."""
    whole, rest = divmod(oere, 100)
    thousands = f"{whole:,}".replace(",", ".")
    return f"{thousands},{rest:02} kr." if rest else f"{thousands} kr."
