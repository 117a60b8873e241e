"""What the route of places answers."""

from typing import Self

from pydantic import BaseModel

from publication.places.gazetteer import Place, PlaceKind


class PlaceItem(BaseModel):
    """A place that distances can be measured from: ``value`` is what ``near`` takes, ``label`` is for people.

    ``municipalities`` are the codes of the kommuner that it lies in.
    """

    value: str
    label: str
    kind: PlaceKind
    municipalities: list[str]

    @classmethod
    def of(cls, place: Place) -> Self:
        """Return ``place`` as it is shown."""
        return cls(value=place.value, label=place.label, kind=place.kind, municipalities=list(place.municipalities))
