"""Reads the form definition from its YAML files and cuts out what applies to a legal basis on a day."""

from collections.abc import Sequence
from datetime import date

from contracts.form.definition import FormDefinition


def form(legal_basis: str, at: date, others: Sequence[str] = ()) -> FormDefinition:
    """The form of a tilbud with that primary legal basis (and `others` beside it) on that day (row 45).

    KeyError for an unknown legal basis, LookupError when no form exists for its kind on that day.
    """
    raise NotImplementedError(legal_basis, at, others)
