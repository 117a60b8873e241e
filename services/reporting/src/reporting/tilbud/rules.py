"""What is wrong with the data of a new tilbud. Pure."""

from collections.abc import Callable, Iterator

from chassis.errors import DomainError, FieldError, Forbidden, Invalid
from contracts.addresses import address_problems
from contracts.events.parties import OperatorKind
from contracts.reference import authority_name, find_municipality, find_region, is_tilbud_basis, legal_bases
from reporting.tilbud.schemas import AddressBody, CreateTilbud, OperatorBody

LookUp = Callable[[str], object]


class NoTilbud(Forbidden):
    """The organisation runs no tilbud, so that there is nothing to report (R6)."""

    slug = "no-tilbud"
    default_detail = (
        "Din organisations CVR-nummer er ikke registreret som driftsherre for noget tilbud. "
        "Kontakt den tilsynsmyndighed, der skal godkende tilbuddet: den opretter det under jeres CVR-nummer."
    )


class OtherAuthority(DomainError):
    """The rules name another authority than the one that creates."""

    slug = "other-authority"

    def __init__(self, right: str) -> None:
        name = authority_name(right)
        detail = (
            f"Efter reglerne er det {name}, der skal godkende og føre tilsyn med tilbuddet. "
            f"Ret adresse, driftsform eller tilbudstype, eller bekræft, at tilbuddet hører til {name}."
        )
        super().__init__(detail, members={"authority": {"id": right, "name": name}})


def refuse_other_authority(creator: str, right: str | None, confirmed: str | None) -> None:
    """Raise ``other-authority`` when the rules name another one than ``creator``, and nobody has confirmed that one."""
    if right not in {None, creator, confirmed}:
        raise OtherAuthority(str(right))


def refuse_unknown(body: CreateTilbud) -> None:
    """Raise ``invalid`` for a number or an id that does not exist, and for what does not fit together."""
    errors = [*_wrong_address(body.address), *_wrong_operator(body.operator), *_wrong_bases(body)]
    if errors:
        raise Invalid(errors=errors)


def _wrong_address(address: AddressBody) -> Iterator[FieldError]:
    for problem in address_problems(address.postcode, address.city, address.municipality):
        yield FieldError(f"/address/{problem.field}", problem.code, problem.detail)


def _wrong_operator(operator: OperatorBody) -> Iterator[FieldError]:
    checked: tuple[tuple[OperatorKind, str, str | None, LookUp], ...] = (
        (OperatorKind.MUNICIPAL, "municipality", operator.municipality, find_municipality),
        (OperatorKind.REGIONAL, "region", operator.region, find_region),
    )
    for kind, field, code, find in checked:
        pointer = f"/operator/{field}"
        if code is None and operator.kind is kind:
            yield FieldError(pointer, "missing", "Driftsherren skal angives.")
        elif code is not None and operator.kind is not kind:
            yield FieldError(pointer, "not-applicable", "Feltet passer ikke til driftsformen.")
        elif code is not None and not find(code):
            yield FieldError(pointer, "unknown-value", "Driftsherren findes ikke.")


def _wrong_bases(body: CreateTilbud) -> Iterator[FieldError]:
    for index, basis in enumerate(body.legal_bases):
        if not is_tilbud_basis(basis):
            detail = "Tilbudstypen findes ikke."
            yield FieldError(f"/legal_bases/{index}", "unknown-value", detail, _tilbud_bases())
    if len(set(body.legal_bases)) != len(body.legal_bases):
        yield FieldError("/legal_bases", "duplicate-value", "Den samme tilbudstype er valgt to gange.")
    if body.primary_legal_basis not in body.legal_bases:
        detail = "Den primære tilbudstype skal være en af de valgte tilbudstyper."
        yield FieldError("/primary_legal_basis", "not-among", detail, tuple(filter(is_tilbud_basis, body.legal_bases)))


def _tilbud_bases() -> tuple[str, ...]:
    return tuple(each.id for each in legal_bases() if is_tilbud_basis(each.id))
