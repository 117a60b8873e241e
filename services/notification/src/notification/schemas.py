"""What bodies and parameters of several packages share: the name of a kind of subject."""

from typing import Annotated, Any

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from notification.kinds import KINDS


def _registered(kind: str) -> str:
    if kind not in KINDS:
        raise PydanticCustomError("unknown-value", "Det findes der ingen af.", {"allowed": KINDS.ids})
    return kind


def _list_kinds(schema: dict[str, Any]) -> None:
    schema["enum"] = list(KINDS.ids)


KindName = Annotated[str, AfterValidator(_registered), Field(json_schema_extra=_list_kinds)]
"""The id of a kind of subject that is registered here."""
