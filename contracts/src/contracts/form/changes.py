"""What differs between two versions of a step's data, field by field."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from contracts.form.definition import FormDefinition


@dataclass(frozen=True, slots=True)
class Change:
    """One changed field. `path` is a pointer into the step's data (rows of a list by their id when they
    have one). A personal field has neither old nor new (design rule 9). `label` is the Danish way to it.
    """

    path: str
    label: str
    old: Any
    new: Any
    personal: bool

    def as_entry(self) -> dict[str, Any]:
        """The shape of a feed's `changes`: path, old, new; path alone when the field is personal."""
        return {"path": self.path} if self.personal else {"path": self.path, "old": self.old, "new": self.new}


def changes(
    form: FormDefinition, step: str, old: Mapping[str, Any] | None, new: Mapping[str, Any] | None
) -> list[Change]:
    """The changed fields of one step, whole or one department's part. None stands for no data."""
    raise NotImplementedError(form, step, old, new)
