"""Where tilbud and their departments lie: streets as they are written, in the places of the reference data."""

from dataclasses import dataclass

from contracts.reference import Postcode, postcodes
from devstack.demonstration.seeded_choices import chance

STREETS = (
    "Birkevej",
    "Kirkegade",
    "Møllevej",
    "Skolegade",
    "Søndergade",
    "Nørregade",
    "Engvej",
    "Strandvejen",
    "Åboulevarden",
    "Ærøvej",
    "Østre Allé",
    "H.C. Andersens Vej",
    "Sct. Mathias Gade",
    "Gl. Landevej",
    "Chr. d. 10.s Vej",
    "Anna Anchers Plads",
    "Rosenørns Allé",
    "Vester Voldgade",
    "Lille Borgergade",
    "Industrivej Nord",
    "Café-stræde",
    "J.P. Jensens Gade",
    "Nymarksvej",
    "Skovbrynet",
)
HOUSES = ("{0}", "{0}", "{0}", "{0} A", "{0}B", "{0}, 1. sal", "{0}, st. tv.", "{0}-{1}", "{0}, 2. th.", "{0} C, kld.")


@dataclass(frozen=True)
class Place:
    """An address: a street with its house, in a place of the reference data."""

    street: str
    postcode: Postcode

    @property
    def data(self) -> dict[str, str]:
        """Return the address as the form takes it."""
        return {
            "street": self.street,
            "postcode": self.postcode.postcode,
            "city": self.postcode.name,
            "municipality": self.postcode.municipality,
        }


def street(*place: object) -> str:
    """Return the street and house at ``place``, which is any name of a place in the country."""
    draw = chance(*place, "street")
    house = draw.randint(1, 120)
    return f"{draw.choice(STREETS)} {draw.choice(HOUSES).format(house, house + 2)}"


def nearby(postcode: Postcode, *place: object) -> Postcode:
    """Return another place in the same kommune where there is one, for a department that lies elsewhere."""
    others = [each for each in postcodes() if each.municipality == postcode.municipality and each != postcode]
    return chance(*place, "nearby").choice(others) if others else postcode
