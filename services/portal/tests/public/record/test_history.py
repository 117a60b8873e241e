"""The public history in words: labels and values of people, and no name of a person."""

from typing import Any

import pytest

from portal.public.record.history import Change, entries

NAMES = {"afd-1": "Afdeling Nord"}


def item(*changes: dict[str, Any], method: str = "PUT", reason: str = "approved") -> dict[str, Any]:
    return {"version": 2, "time": "2026-11-22T10:00:00Z", "method": method, "reason": reason, "changes": list(changes)}


def told(path: str, *values: Any, with_values: bool = True) -> list[Change]:
    change = {"path": path, **dict(zip(("old", "new"), values, strict=False))}
    return entries([item(change)], NAMES, with_values=with_values)[0].changes


@pytest.mark.parametrize(
    ("path", "values", "change"),
    [
        ("/steps/contact/phone", ("98000000", "98000009"), Change("Telefon", "98000000", "98000009")),
        ("/steps/contact/leader/name", (), Change("Leder: Lederens navn")),
        ("/steps/contact/address/postcode", ("9000", "9220"), Change("Adresse: Postnummer", "9000", "9220")),
        (
            "/departments/afd-1/steps/places/vacancies",
            (1, 0),
            Change("Afdeling Nord: Ledige pladser", "1 plads", "0 pladser"),
        ),
        (
            "/departments/afd-1/steps/target-groups/packages/autisme/age_to",
            (60, 65),
            Change("Afdeling Nord: Alder til", "60 år", "65 år"),
        ),
        (
            "/departments/afd-9/steps/places/vacancies",
            (None, 1),
            Change("En afdeling: Ledige pladser", "ikke besvaret", "1 plads"),
        ),
        ("/steps/departments/departments/afd-1", (None, {"id": "afd-1"}), Change("Afdeling Nord er ny")),
        (
            "/steps/departments/departments/afd-1/housing_form",
            (None, "own-flat"),
            Change("Afdeling Nord: Boform", "ikke besvaret", "Egen lejlighed"),
        ),
        ("/steps/methods/methods", ([], []), Change("Metoder")),
        ("/steps/supplementary/pets", (True, False), Change("Må borgeren have husdyr?", "Ja", "Nej")),
        ("/operator_name", ("A ApS", "B ApS"), Change("Driftsherre", "A ApS", "B ApS")),
        ("/orders/p1/deadline", ("2026-01-01", "2026-02-01"), Change("Påbud")),
        ("/steps/values", (), Change("Værdigrundlag")),
        ("/steps/supplementary/accessibility", (None, ["lift"]), Change("Tilgængelighed", "ikke besvaret", "Elevator")),
        ("/steps/values/values", ("a" * 200, "a" * 201), Change("Værdigrundlag")),
    ],
)
def test_a_change_in_words(path: str, values: tuple[Any, ...], change: Change) -> None:
    assert told(path, *values) == [change]


@pytest.mark.parametrize(
    "path",
    [
        "/name",
        "/not_approved_yet",
        "/steps/contact/leader/email",
        "/steps/departments/departments/afd-1/id",
        "/steps/no-such-step/x",
        "/steps/contact/no-such-field",
        "",
        "/",
    ],
)
def test_what_is_told_elsewhere_or_to_nobody_is_left_out(path: str) -> None:
    assert told(path, "a", "b") == []


@pytest.mark.parametrize("values", [(None, []), ("", None), ([], "")])
def test_what_was_not_answered_before_or_after_is_no_change(values: tuple[Any, ...]) -> None:
    assert told("/steps/supplementary/accessibility", *values) == []


@pytest.mark.parametrize(
    ("values", "what"),
    [
        ((None, "2026-12-30"), "Social- og Boligstyrelsen har markeret, at oplysninger ikke er rettet"),
        (("2026-12-30", None), "Markeringen fra Social- og Boligstyrelsen er fjernet"),
    ],
)
def test_a_marking_is_no_correction(values: tuple[Any, ...], what: str) -> None:
    changes = [{"path": f"/marking/{name}", "old": values[0], "new": values[1]} for name in ("since", "reason")]
    [entry] = entries([item(*changes, reason="corrected")], NAMES, with_values=True)
    assert (entry.what, entry.changes) == (what, [Change("Markering fra Social- og Boligstyrelsen")])


def test_the_same_is_told_once() -> None:
    changes = [{"path": f"/tilsyn/{each}", "old": 1, "new": 2} for each in ("decided_on", "conclusion")]
    assert entries([item(*changes)], NAMES, with_values=True)[0].changes == [Change("Seneste tilsyn")]


def test_of_what_is_gone_no_value_is_told() -> None:
    assert told("/steps/contact/phone", "98000000", "98000009", with_values=False) == [Change("Telefon")]


@pytest.mark.parametrize(
    ("method", "reason", "what"),
    [
        ("PUT", "approved", "Tilbuddet er offentligt"),
        ("DELETE", "ceased", "Tilbuddet vises ikke længere, fordi det er ophørt"),
        ("DELETE", "tilsyn", "Tilbuddet vises ikke længere efter en afgørelse om tilsyn"),
        ("DELETE", "corrected", "Tilbuddet vises ikke længere"),
    ],
)
def test_what_happened(method: str, reason: str, what: str) -> None:
    assert entries([item(method=method, reason=reason)], {}, with_values=True)[0].what == what
