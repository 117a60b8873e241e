"""What is wrong with the data of a new tilbud. Pure."""

from collections.abc import Callable, Iterator

from stdnum.dk import cvr

from chassis.errors import FieldError
from chassis.problems import Problem
from contracts.events.parties import OperatorKind
from contracts.reference import legal_basis, municipality, region
from reporting.tilbud.schemas import CreateTilbud, OperatorBody

LookUp = Callable[[str], object]


def refuse_unknown(body: CreateTilbud) -> None:
    """Raise ``invalid`` for a number or an id that does not exist, and for what does not fit together."""
    errors = [*_wrong_address(body), *_wrong_operator(body.operator), *_wrong_bases(body)]
    if errors:
        raise Problem("invalid", "Et eller flere felter er ikke gyldige.", errors)


def _wrong_address(body: CreateTilbud) -> Iterator[FieldError]:
    if not _exists(municipality, body.address.municipality):
        yield FieldError("/address/municipality", "unknown-value", "Kommunen findes ikke.")


def _wrong_operator(operator: OperatorBody) -> Iterator[FieldError]:
    if not cvr.is_valid(operator.cvr):
        yield FieldError("/operator/cvr", "invalid-format", "CVR-nummeret er ikke gyldigt.")
    for kind, field, code, table in (
        (OperatorKind.MUNICIPAL, "municipality", operator.municipality, municipality),
        (OperatorKind.REGIONAL, "region", operator.region, region),
    ):
        pointer = f"/operator/{field}"
        if code is None and operator.kind is kind:
            yield FieldError(pointer, "missing", "Driftsherren skal angives.")
        elif code is not None and operator.kind is not kind:
            yield FieldError(pointer, "not-applicable", "Feltet passer ikke til driftsformen.")
        elif code is not None and not _exists(table, code):
            yield FieldError(pointer, "unknown-value", "Driftsherren findes ikke.")


def _wrong_bases(body: CreateTilbud) -> Iterator[FieldError]:
    for index, basis in enumerate(body.legal_bases):
        if not _is_for_tilbud(basis):
            yield FieldError(f"/legal_bases/{index}", "unknown-value", "Tilbudstypen findes ikke.")
    if len(set(body.legal_bases)) != len(body.legal_bases):
        yield FieldError("/legal_bases", "duplicate-value", "Den samme tilbudstype er valgt to gange.")
    if body.primary_legal_basis not in body.legal_bases:
        detail = "Den primære tilbudstype skal være en af de valgte tilbudstyper."
        yield FieldError("/primary_legal_basis", "not-among", detail)


def _is_for_tilbud(basis: str) -> bool:
    return _exists(legal_basis, basis) and not legal_basis(basis).is_plejefamilie


def _exists(table: LookUp, code: str) -> bool:
    try:
        table(code)
    except KeyError:
        return False
    return True
