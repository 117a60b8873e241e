"""Who runs the tilbud of the country: companies that are nobody's, kommuner and regions."""

from dataclasses import dataclass

from stdnum.dk.cvr import is_valid as is_cvr

from contracts.events.parties import OperatorKind
from contracts.reference import AuthorityKind, Municipality, Postcode, municipality, postcodes
from devstack.demonstration.seeded_choices import chance, deal, weighted
from devstack.demonstration.supervision import Supervised
from devstack.personas import AALBORG, AARHUS, REGION_NORDJYLLAND
from reporting.registers.tables import companies

HOW_MANY_COMPANIES = 60


def _invented(index: int) -> str:
    """Return the number of a company that is not there: it passes the check of a CVR number but begins with 992."""
    return next(f"992{each:05d}" for each in range(index * 100, index * 100 + 100) if is_cvr(f"992{each:05d}"))


# Those of the fictional companies in reporting's table of companies that are not named in a guide.
COMPANIES = tuple(_invented(index) for index in range(HOW_MANY_COMPANIES))
# The kommuner that run tilbud, by their codes, with how often they do: Aarhus's economy department has many.
KOMMUNER = {
    "0751": (AARHUS[0], 8),
    "0851": (AALBORG[0], 5),
    "0101": ("64942212", 3),
    "0461": ("35209115", 2),
    "0561": ("29189803", 1),
    "0730": ("29189668", 1),
    "0740": ("29189641", 1),
    "0791": ("29189846", 1),
    "0860": ("29189382", 1),
    "0316": ("29189447", 1),
    "0430": ("29188645", 1),
    "0621": ("29189897", 1),
}
# The regions likewise.
REGIONS = {
    "1081": (REGION_NORDJYLLAND[0], 2),
    "1082": ("29190925", 1),
    "1083": ("29190909", 1),
    "1084": ("29190623", 1),
    "1085": ("29190658", 1),
}
KINDS = weighted({OperatorKind.PRIVATE: 6, OperatorKind.MUNICIPAL: 3, OperatorKind.REGIONAL: 1})
KINDS_AT_KOMMUNE = weighted({OperatorKind.PRIVATE: 1, OperatorKind.MUNICIPAL: 1})
MUNICIPAL = weighted({code: weight for code, (_, weight) in KOMMUNER.items()})
REGIONAL = weighted({code: weight for code, (_, weight) in REGIONS.items()})
# A kommune runs a tilbud outside its own area now and then.
AT_HOME = (True,) * 7 + (False,)


@dataclass(frozen=True)
class Operator:
    """The organisation that runs a tilbud; the kommune or region is set where it is one."""

    cvr: str
    name: str
    kind: OperatorKind
    municipality: str | None = None
    region: str | None = None

    @property
    def is_private(self) -> bool:
        """Return whether it is neither a kommune nor a region."""
        return self.kind is OperatorKind.PRIVATE


def operator(supervised: Supervised, index: int) -> Operator:
    """Return who runs the tilbud with that place in the country."""
    kind = _kind(supervised, index)
    if kind is OperatorKind.MUNICIPAL:
        code = deal("municipal operator", MUNICIPAL, index)
        return _operator(KOMMUNER[code][0], kind, kommune=code)
    if kind is OperatorKind.REGIONAL:
        code = deal("regional operator", REGIONAL, index)
        return _operator(REGIONS[code][0], kind, region=code)
    return _operator(deal("private operator", COMPANIES, index), kind)


def _kind(supervised: Supervised, index: int) -> OperatorKind:
    if supervised.by is AuthorityKind.REGION:
        return OperatorKind.REGIONAL
    if supervised.by is AuthorityKind.KOMMUNE:
        return deal("operator kind at a kommune", KINDS_AT_KOMMUNE, index)
    return deal("operator kind", KINDS, index)


def _operator(cvr: str, kind: OperatorKind, *, kommune: str | None = None, region: str | None = None) -> Operator:
    return Operator(cvr, companies()[cvr].name, kind, kommune, region)


def place(operator: Operator, index: int) -> Postcode:
    """Return where the tilbud lies: with a kommune or a region mostly in its own area."""
    at_home = deal("at home", AT_HOME, index)
    if operator.municipality and at_home:
        return chance(index, "place").choice(_in_kommune(operator.municipality))
    if operator.region:
        return chance(index, "place").choice(_in_region(operator.region))
    return deal("place", postcodes(), index)


def _in_kommune(code: str) -> list[Postcode]:
    return [each for each in postcodes() if each.municipality == code]


def _in_region(code: str) -> list[Postcode]:
    return [each for each in postcodes() if municipality(each.municipality).region == code]


def host_in(region: str | None) -> Municipality | None:
    """Return the kommune that hosts the socialtilsyn of a region, where the country's operators know one."""
    hosts = (municipality(code) for code in KOMMUNER)
    return next((each for each in hosts if each.is_host and each.region == region), None)
