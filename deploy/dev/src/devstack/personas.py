"""The people of the demonstration data. CVR numbers that begin with 99 belong to nobody."""

import uuid
from dataclasses import dataclass

from contracts.access import Privilege
from contracts.reference import authority

NAMESPACE = uuid.UUID("6f0c6f9e-2f4c-4d7a-9a55-1f1c6c2f8f10")
BLOMSTERENGEN = ("99000015", "Blomsterengen ApS")
HAVBLIK = ("99100036", "Fonden Havblik")
SKOVBRYNET = ("99100044", "Foreningen Skovbrynet")
AALBORG = ("29189420", "Aalborg Kommune")
AARHUS = ("55133018", "Aarhus Kommune")
HJOERRING = ("29189382", "Hjørring Kommune")
FAABORG_MIDTFYN = ("29188645", "Faaborg-Midtfyn Kommune")
REGION_NORDJYLLAND = ("29190941", "Region Nordjylland")
SOCIAL_OG_BOLIGSTYRELSEN = ("26144698", "Social- og Boligstyrelsen")
NOBODY = ("", "")

# A socialtilsyn is a part of the kommune that hosts it and has that kommune's CVR number.
CVR_OF_AUTHORITY = {
    "socialtilsyn-hovedstaden": "11259979",
    "socialtilsyn-oest": "29189447",
    "socialtilsyn-syd": FAABORG_MIDTFYN[0],
    "socialtilsyn-midt": "29189641",
    "socialtilsyn-nord": HJOERRING[0],
    "kommune-0851": AALBORG[0],
    "region-1081": REGION_NORDJYLLAND[0],
}

SOCIALTILSYN_OFFICER = (
    Privilege.APPROVE_TILBUD,
    Privilege.CREATE_TILBUD,
    Privilege.REPORT_TILBUD,
    Privilege.CREATE_PLEJEFAMILIE,
    Privilege.REPORT_PLEJEFAMILIE,
    Privilege.APPROVE_PLEJEFAMILIE,
    Privilege.CHANGE_AUTHORITY,
    Privilege.READ_CPR,
)
# Only a kommune or a region creates a tilsyn in the portal (R13).
LOCAL_OFFICER = (
    Privilege.APPROVE_TILBUD,
    Privilege.CREATE_TILBUD,
    Privilege.REPORT_TILBUD,
    Privilege.CREATE_TILSYN,
    Privilege.CHANGE_AUTHORITY,
)


@dataclass(frozen=True)
class Persona:
    """One person: who it is, for which organisation, and which rights (``privilege:scope``) it has."""

    id: str
    name: str
    email: str
    organisation: tuple[str, str]
    description: str
    rights: tuple[str, ...] = ()

    @property
    def claims(self) -> dict[str, object]:
        """Return what a token says about the person."""
        cvr, org_name = self.organisation
        return {
            "sub": str(uuid.uuid5(NAMESPACE, self.id)),
            "name": self.name,
            "email": self.email,
            "cvr": cvr,
            "org_name": org_name,
            "loa": "substantial",
            "rights": list(self.rights),
        }


def _rights(scope: str, *privileges: Privilege) -> tuple[str, ...]:
    return tuple(f"{privilege}:{scope}" for privilege in privileges)


def _reporters() -> tuple[Persona, ...]:
    return (
        Persona(
            "reporter-solsikken",
            "Dorthe Kragh",
            "dorthe@blomsterengen.example",
            BLOMSTERENGEN,
            "Indberetter på Solsikken",
        ),
        Persona(
            "reporter-valmuen",
            "Jørgen Bach",
            "joergen@blomsterengen.example",
            BLOMSTERENGEN,
            "Indberetter på Valmuen, samme driftsherre",
        ),
        Persona(
            "reporter-other", "Karen Holm", "karen@havblik.example", HAVBLIK, "Indberetter hos en anden driftsherre"
        ),
        Persona(
            "operator-economy",
            "Lone Friis",
            "lone@aarhus.example",
            AARHUS,
            "Central økonomiafdeling i en kommune med mange tilbud: årsrapporter og budget",
            tuple(f"{Privilege.REPORT_STEP}:{step}" for step in ("annual-report", "budget")),
        ),
        Persona(
            "no-tilbud",
            "Ole Winther",
            "ole@skovbrynet.example",
            SKOVBRYNET,
            "Ansat i en organisation uden tilbud",
        ),
    )


def _officers() -> tuple[Persona, ...]:
    nord = _rights("socialtilsyn-nord", *SOCIALTILSYN_OFFICER)
    return (
        Persona(
            "officer-nord-a",
            "Rasmus Toft",
            "rasmus@nord.example",
            HJOERRING,
            "Socialtilsyn Nord, alle rettigheder",
            nord,
        ),
        Persona(
            "officer-nord-b",
            "Nanna Vestergaard",
            "nanna@nord.example",
            HJOERRING,
            "Kollega i Socialtilsyn Nord",
            nord,
        ),
        Persona(
            "officer-nord-basic",
            "Mette Skov",
            "mette@nord.example",
            HJOERRING,
            "Socialtilsyn Nord, kun ret til at godkende tilbud",
            _rights("socialtilsyn-nord", Privilege.APPROVE_TILBUD),
        ),
        Persona(
            "officer-syd",
            "Henrik Dahl",
            "henrik@syd.example",
            FAABORG_MIDTFYN,
            "Socialtilsyn Syd",
            _rights("socialtilsyn-syd", *SOCIALTILSYN_OFFICER),
        ),
        Persona(
            "officer-aalborg",
            "Camilla Nørgaard",
            "camilla@aalborg.example",
            AALBORG,
            "Aalborg Kommune som tilsynsmyndighed for dagtilbud",
            _rights("kommune-0851", *LOCAL_OFFICER),
        ),
        Persona(
            "officer-region",
            "Peter Juhl",
            "peter@region.example",
            REGION_NORDJYLLAND,
            "Region Nordjylland som tilsynsmyndighed",
            _rights("region-1081", *LOCAL_OFFICER),
        ),
    )


def _others() -> tuple[Persona, ...]:
    return (
        Persona(
            "caseworker-aalborg",
            "Sofie Brandt",
            "sofie@aalborg.example",
            AALBORG,
            "Sagsbehandler med adgang til plejefamilier",
            _rights("kommune-0851", Privilege.SEARCH_PLACEMENT, Privilege.READ_REGISTER),
        ),
        Persona(
            "caseworker-no-access",
            "Anders Lykke",
            "anders@aalborg.example",
            AALBORG,
            "Sagsbehandler uden adgang til plejefamilier",
            _rights("kommune-0851", Privilege.SEARCH_PLACEMENT),
        ),
        Persona(
            "family-own", "Birgit Thomsen", "birgit@familie.example", NOBODY, "Plejeforælder, ser egne oplysninger"
        ),
        Persona(
            "national-operator",
            "Line Kjær",
            "line@drift.example",
            SOCIAL_OG_BOLIGSTYRELSEN,
            "National driftsansvarlig: genafspil, genopbyg, gensend, stikprøver",
            _rights("*", Privilege.RUN_OPERATIONS, Privilege.RUN_SAMPLES),
        ),
    )


PERSONAS = {persona.id: persona for persona in (*_reporters(), *_officers(), *_others())}


def system_claims(authority_id: str) -> dict[str, object]:
    """Return what a token says about the tilsyn system of an authority; KeyError when there is no such one."""
    name = authority(authority_id).name
    return {
        "sub": authority_id,
        "name": f"Tilsynssystem, {name}",
        "cvr": CVR_OF_AUTHORITY.get(authority_id, ""),
        "org_name": name,
        "loa": "substantial",
        "rights": [f"{Privilege.PUBLISH_TILSYN}:{authority_id}"],
    }
