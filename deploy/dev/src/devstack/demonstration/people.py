"""Who acts in the demonstration data: an officer for every authority and a reporter for every operator."""

import uuid
from functools import cache

from contracts.access import Privilege
from contracts.reference import AuthorityKind, authority
from devstack.demonstration.country import Plan
from devstack.personas import CVR_OF_AUTHORITY, NAMESPACE, PERSONAS
from web.auth import Principal, Right

PERSONA_OF = {
    "socialtilsyn-nord": "officer-nord-a",
    "socialtilsyn-syd": "officer-syd",
    "kommune-0851": "officer-aalborg",
    "region-1081": "officer-region",
}
OFFICER_RIGHTS = (Privilege.APPROVE_TILBUD, Privilege.CREATE_TILBUD, Privilege.REPORT_TILBUD)


@cache
def officer(authority_id: str) -> Principal:
    """Return an officer who may create and approve for the authority; the persona where there is one."""
    persona = PERSONAS.get(PERSONA_OF.get(authority_id, ""))
    known = authority(authority_id)
    local = () if known.kind is AuthorityKind.SOCIALTILSYN else (Privilege.CREATE_TILSYN,)
    return Principal(
        sub=str(persona.claims["sub"] if persona else uuid.uuid5(NAMESPACE, authority_id)),
        name=persona.name if persona else f"Tilsynskonsulent, {known.name}",
        cvr=CVR_OF_AUTHORITY.get(authority_id, ""),
        org_name=known.name,
        loa="substantial",
        rights=frozenset(Right(privilege, authority_id) for privilege in (*OFFICER_RIGHTS, *local)),
    )


def reporter(plan: Plan) -> Principal:
    """Return a reporter of the tilbud's operator; the persona where there is one."""
    cvr, name = plan.operator.cvr, plan.operator.name
    persona = next((each for each in PERSONAS.values() if each.organisation[0] == cvr and not each.rights), None)
    return Principal(
        sub=str(persona.claims["sub"] if persona else uuid.uuid5(NAMESPACE, cvr)),
        name=persona.name if persona else f"Indberetter, {name}",
        cvr=cvr,
        org_name=name,
        loa="substantial",
        rights=frozenset(),
    )
