"""Which fields take a file, what is wrong with one, and what it is called. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chassis.clock import day_of
from chassis.errors import Conflict, DomainError, FieldError, Invalid
from contracts.form import FieldType, Step

# How many files a tilbud can have that no submission holds.
MOST_UNSENT = 20


class UnusableFile(DomainError):
    """The file cannot be used; nothing of it is kept."""

    slug = "unusable-file"

    def __init__(self, field: str, code: str, detail: str) -> None:
        super().__init__(detail, [FieldError(f"/{field}", code, detail)])


class TooManyFiles(Conflict):
    """Too many files were sent for drafts."""

    default_detail = "Der er lagt for mange forskellige filer på kladden i dag. Prøv igen i morgen."


@dataclass(frozen=True)
class Checked:
    """What is known of a file that can be used: its digest, its pages, and those whose text could not be read."""

    content: bytes
    digest: str
    pages: int
    unread_pages: Sequence[int]


def file_fields(step: Step) -> list[str]:
    """Return the fields of a step that take a file."""
    return [field.id for field in step.fields if field.type is FieldType.FILE]


def files_in(step: Step, data: Mapping[str, Any]) -> dict[str, str]:
    """Return the ids of the files in the data of a step, by field."""
    return {name: data[name] for name in file_fields(step) if isinstance(data.get(name), str)}


def refuse_unconfirmed(field: str, checked: Checked, *, is_confirmed: bool) -> None:
    """Raise ``file-unread`` for pages without text, until somebody answers for it that they hold no CPR number."""
    if not checked.unread_pages or is_confirmed:
        return
    one = len(checked.unread_pages) == 1
    pages = f"side {checked.unread_pages[0]}" if one else f"{len(checked.unread_pages)} sider"
    detail = (
        f"Portalen kan ikke læse teksten på {pages}; filen er nok scannet. Se selv efter, at der ikke står "
        "CPR-numre i den, sæt kryds ved det, og vælg filen igen."
    )
    raise UnusableFile(field, "file-unread", detail)


def refuse_unknown(named: Mapping[str, str], known: Mapping[str, str]) -> None:
    """Raise ``invalid`` for an id that is no file of the tilbud for that field; ``known`` has the fields by id."""
    errors = [
        FieldError(f"/{field}", "unknown-value", "Filen findes ikke. Send den igen.")
        for field, file_id in named.items()
        if known.get(file_id) != field
    ]
    if errors:
        raise Invalid(errors=errors)


def file_name(tilbud_id: str, received_at: datetime) -> str:
    """Return what a file is called where it is saved; the name that its sender gave it is nobody's business."""
    return f"erklaering-{tilbud_id}-{day_of(received_at).isoformat()}.pdf"
