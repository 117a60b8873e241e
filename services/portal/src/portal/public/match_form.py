"""The form of a need: what was typed, what of it cannot be used, and what publication is asked (P13). Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from contracts.cpr import holds_cpr
from contracts.reference import find_municipality
from contracts.vocabularies import vocabulary
from portal.form.form_data import FormData
from portal.form.values import MalformedValue, oere_of

OLDEST = 120
MOST_VACANCIES = 100
LONGEST_PLACE = 60
MANY = {"target_groups": "target-groups", "services": "services"}
TYPED = ("age", "near", "municipality", "rate_max", "rate_unit", "night_staff", "vacancies", "accessible")
LABELS = {
    "target_groups": "Målgrupper",
    "services": "Ydelser",
    "age": "Alder",
    "near": "Tæt på",
    "municipality": "Kommune",
    "rate_max": "Højeste takst",
    "rate_unit": "Takstens enhed",
    "night_staff": "Nattevagt",
    "vacancies": "Ledige pladser",
    "accessible": "Tilgængeligt for kørestol",
}
NO_CPR = "Skriv ikke cpr-numre. Beskriv behovet uden oplysninger om, hvem borgeren er."


@dataclass
class Need:
    """What a case worker wrote. ``errors`` has a sentence for each field that cannot be used."""

    typed: dict[str, str]
    chosen: dict[str, list[str]]
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, form: FormData) -> "Need":
        """Return what a form says; a number that may be a person's is not even shown again."""
        need = cls({name: form.text(name) for name in TYPED}, {name: form.texts(name) for name in MANY})
        for name, text in need.typed.items():
            if holds_cpr(text):
                need.typed[name], need.errors[name] = "", NO_CPR
        return need

    @property
    def is_empty(self) -> bool:
        """Return whether nothing was asked for."""
        return not any(self.typed[name] for name in TYPED if name != "rate_unit") and not any(self.chosen.values())

    def fields(self) -> Iterator[tuple[str, str]]:
        """Give the fields of the form as they were filled in."""
        yield from ((name, text) for name, text in self.typed.items() if text)
        yield from ((name, value) for name, values in self.chosen.items() for value in values)

    def body(self) -> dict[str, Any]:
        """Return what publication is asked; ``errors`` then has what could not be read."""
        return dict(self._parts())

    def _parts(self) -> Iterator[tuple[str, Any]]:
        for name, vocabulary_id in MANY.items():
            known = [each for each in self.chosen[name] if each in vocabulary(vocabulary_id)]
            if len(known) < len(self.chosen[name]):
                self.errors[name] = "Vælg kun det, der står på listen."
            if known:
                yield name, known
        yield from self._number("age", OLDEST, "Skriv alderen i hele år, for eksempel 17.")
        yield from self._number("vacancies", MOST_VACANCIES, "Skriv et helt antal pladser.")
        yield from self._rate()
        yield from self._place()
        if self.typed["night_staff"] in vocabulary("night-staff"):
            yield "night_staff", self.typed["night_staff"]
        if self.typed["accessible"]:
            yield "accessible", True

    def _number(self, name: str, highest: int, detail: str) -> Iterator[tuple[str, Any]]:
        text = self.typed[name]
        digits = text.lstrip("0") or "0"
        if text.isascii() and text.isdecimal() and len(digits) <= len(str(highest)) and int(digits) <= highest:
            yield name, int(digits)
        elif text:
            self.errors[name] = detail

    def _rate(self) -> Iterator[tuple[str, Any]]:
        try:
            oere = oere_of(self.typed["rate_max"]) if self.typed["rate_max"] else None
        except MalformedValue as malformed:
            self.errors["rate_max"] = malformed.detail
            return
        if oere is not None:
            yield "rate_max_oere", oere
            unit = self.typed["rate_unit"]
            yield "rate_unit", unit if unit in vocabulary("rate-units") else "day-and-night"

    def _place(self) -> Iterator[tuple[str, Any]]:
        near, code = self.typed["near"], self.typed["municipality"]
        if near and code:
            self.errors["near"] = "Vælg enten en kommune eller et sted at være tæt på."
        elif len(near) > LONGEST_PLACE:
            self.errors["near"] = "Skriv en by eller et postnummer."
        elif near:
            yield "near", near
        elif code and find_municipality(code) is None:
            self.errors["municipality"] = "Vælg en kommune på listen."
        elif code:
            yield "municipality", code

    def take(self, pointer: str, detail: str) -> None:
        """Take over what publication could not use."""
        name = pointer.removeprefix("#").strip("/").partition("/")[0]
        name = {"rate_max_oere": "rate_max"}.get(name, name)
        self.errors[name if name in LABELS else "target_groups"] = detail
