"""What each field of the two files means: the columns say it of the one, the form says it of the other. Pure."""

from collections.abc import Iterator
from functools import cache
from importlib.resources import files

import yaml

from contracts.form import Audience, Field, Step
from contracts.form.definition import FieldType
from contracts.form.loading import steps_of
from contracts.kinds import TILBUD
from publication.open_data.columns import COLUMNS
from publication.open_data.schemas import FieldDescription, FileDescription, Licence, OpenData

CSV_PATH, NDJSON_PATH = "/v1/open-data/tilbud.csv", "/v1/open-data/tilbud.ndjson"
CSV, NDJSON = "text/csv; charset=utf-8", "application/x-ndjson"
LICENCE = Licence(
    name="Creative Commons Navngivelse 4.0 International (CC BY 4.0)",
    url="https://creativecommons.org/licenses/by/4.0/deed.da",
    attribution="Tilbudsportalen",
)
ABOUT = (
    "Alle tilbud, som er offentlige lige nu, med godkendte oplysninger. Det samme står i søgningen og i feedet. "
    "Navne på ledere og kontaktpersoner i tilbud.ndjson er personoplysninger: den, der bruger dem videre, har selv "
    "ansvaret for det."
)
ABOUT_CSV = (
    "En række for hver afdeling, eller for tilbuddet, når det ingen afdelinger har. UTF-8 med BOM, semikolon mellem "
    "kolonnerne og decimalkomma, så dansk Excel åbner filen direkte. Flere værdier i en celle står med komma og "
    "mellemrum imellem. Ja og nej er svar; en tom celle er et spørgsmål, der ikke er besvaret. En tekst, som et "
    "regneark kunne læse som en formel, begynder med en apostrof."
)
ABOUT_NDJSON = (
    "Et tilbud på hver linje, helt som i GET /v1/tilbud/{id} og i feedet. Feed-Position i svarets hoved er det "
    "lastEventId, som feedet kan læses videre fra. Et felt, der mangler eller er null, er ikke besvaret."
)
# Where another list than a vocabulary has the codes.
LISTS = {
    FieldType.MUNICIPALITY: "municipalities",
    FieldType.REGION: "regions",
    FieldType.AUTHORITY: "authorities",
    FieldType.AUTHORITIES: "authorities",
    FieldType.LEGAL_BASIS: "legal-bases",
    FieldType.LEGAL_BASES: "legal-bases",
    FieldType.POSTCODE: "postcodes",
}
_OF_RECORD = yaml.safe_load(files("publication.open_data").joinpath("record.yaml").read_text("utf-8"))


@cache
def open_data() -> OpenData:
    """Return what the files are, which fields they have, and on what terms they may be used."""
    return OpenData(
        title="Tilbud på Tilbudsportalen",
        description=ABOUT,
        licence=LICENCE,
        files=[
            FileDescription(path=CSV_PATH, media_type=CSV, description=ABOUT_CSV, fields=_columns()),
            FileDescription(path=NDJSON_PATH, media_type=NDJSON, description=ABOUT_NDJSON, fields=_of_records()),
        ],
    )


def _columns() -> list[FieldDescription]:
    return [
        FieldDescription(
            name=each.name,
            label=each.label,
            kind=each.kind,
            description=each.description,
            unit=each.unit,
            codes=_address(each.codes),
        )
        for each in COLUMNS
    ]


def _of_records() -> list[FieldDescription]:
    own = [
        FieldDescription(name=name, **{**words, "codes": _address(words.get("codes"))})
        for name, words in _OF_RECORD.items()
    ]
    return own + [each for step in steps_of(TILBUD.id) for each in _of_step(step)]


def _of_step(step: Step) -> Iterator[FieldDescription]:
    yield from _of_fields(step.fields, f"steps/{step.id}")
    if step.per_department:
        yield from _of_fields(step.fields, f"departments/*/steps/{step.id}")


def _of_fields(fields: tuple[Field, ...], path: str) -> Iterator[FieldDescription]:
    for each in fields:
        if each.audience is not Audience.PUBLIC:
            continue
        name = f"{path}/{each.id}"
        yield FieldDescription(
            name=name,
            label=each.label,
            kind=each.type.value,
            description=each.help,
            unit=each.unit,
            codes=_address(each.vocabulary or LISTS.get(each.type)),
        )
        yield from _of_fields(each.fields, f"{name}/*" if each.type is FieldType.LIST else name)


def _address(name: str | None) -> str | None:
    return f"/v1/code-lists/{name}" if name else None
