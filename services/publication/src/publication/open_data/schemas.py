"""What is said of the files of open data."""

from pydantic import BaseModel


class FieldDescription(BaseModel):
    """One field: its name or its path, and what it means.

    A path of ``tilbud.ndjson`` goes from the record to the field; ``*`` stands for each row of a list or each
    department. ``codes`` is the address of the list of codes that the values are from.
    """

    name: str
    label: str
    kind: str
    description: str
    unit: str | None = None
    codes: str | None = None


class FileDescription(BaseModel):
    """One file: where it is, how it is written, and its fields."""

    path: str
    media_type: str
    description: str
    fields: list[FieldDescription]


class Licence(BaseModel):
    """On what terms anybody may use the data."""

    name: str
    url: str
    attribution: str


class OpenData(BaseModel):
    """The files, their fields and their licence."""

    title: str
    description: str
    licence: Licence
    files: list[FileDescription]
