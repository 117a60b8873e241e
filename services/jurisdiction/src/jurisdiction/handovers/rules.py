"""When a subject may be handed over or taken back, and what a handover means for who supervises. Pure."""

from collections.abc import Collection, Sequence

from chassis.errors import DomainError, FieldError, Invalid
from contracts.kinds import Noun
from contracts.reference import authority_name
from jurisdiction.assignments.rules import HANDOVER, HANDOVER_SOURCE, AssignedAuthority


class HandoverPending(DomainError):
    """Somebody was first: until that handover is settled, nothing else moves the subject."""

    slug = "handover-pending"
    default_detail = (
        "En anden overdragelse er allerede på vej. Vent, til den er afgjort, og se, hvem der så har tilsynet."
    )


class AuthorityChanged(DomainError):
    """Who asks does not supervise the subject any more, or has nothing to take back."""

    slug = "authority-changed"

    @classmethod
    def since_given_away(cls, authority: str) -> "AuthorityChanged":
        """Return the error for who wants to give away what is another's already."""
        return cls(f"{authority_name(authority)} har tilsynet nu. Kun den, der har tilsynet, kan overdrage det.")

    @classmethod
    def nothing_to_take_back(cls, authority: str) -> "AuthorityChanged":
        """Return the error for who has not handed the subject over."""
        return cls(
            f"Der er ikke noget at trække tilbage: {authority_name(authority)} har ikke fået det overdraget af jer."
        )


def require_reason(reason: str) -> None:
    """Raise Invalid for a handover without a reason: the other authority and the tilbud read it."""
    if not reason:
        raise Invalid(errors=[FieldError("/reason", "missing", "Skriv, hvorfor tilsynet skifter myndighed.")])


def require_option(to: str, options: Collection[str]) -> None:
    """Raise Invalid for an authority that cannot supervise the subject."""
    if to not in options:
        detail = "Tilsynet kan ikke overdrages til denne myndighed."
        raise Invalid(errors=[FieldError("/to", "not-choosable", detail, tuple(options))])


def givers_after(givers: Sequence[str], giver: str, receiver: str) -> list[str]:
    """Return who can take the subject back after a handover: all who gave it away, up to who has it now."""
    if receiver in givers:
        return list(givers[: givers.index(receiver)])
    return [*givers, giver]


def handed_over(giver: str, receiver: str, noun: Noun, *, taken_back: bool) -> AssignedAuthority:
    """Return who supervises after a handover; its reason is for those concerned only and stands elsewhere."""
    names = authority_name(giver), authority_name(receiver)
    if taken_back:
        explanation = f"{names[1]} har trukket tilsynet med {noun.definite} tilbage fra {names[0]}."
    else:
        explanation = f"{names[0]} har overdraget tilsynet med {noun.definite} til {names[1]}."
    return AssignedAuthority(receiver, HANDOVER, explanation, HANDOVER_SOURCE)


def moved_in_between(authority: str) -> str:
    """Return why a handover is refused whose subject another decision has moved at the same moment."""
    return f"{authority_name(authority)} fik tilsynet i samme øjeblik, fordi den godkendte nye oplysninger."
