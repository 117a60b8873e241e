"""Answers about subjects of any kind."""

from typing import Any, Self

from pydantic import BaseModel, PrivateAttr, SerializerFunctionWrapHandler, model_serializer

from approval.kinds import KINDS, TILBUD


class SubjectAnswer(BaseModel):
    """An answer that names a subject: ``tilbud_id`` and ``tilbud_name`` have the names of the subject's kind.

    A kind without names has none in its answers either.
    """

    _kind: str = PrivateAttr(default=TILBUD.id)

    @classmethod
    def about(cls, kind: str, **fields: Any) -> Self:
        """Return the answer about a subject of a kind."""
        return cls.model_validate(fields, context=kind)

    @property
    def kind(self) -> str:
        """Return the kind that the answer was made for."""
        return self._kind

    def model_post_init(self, context: Any, /) -> None:
        """Remember the kind that the answer was made for."""
        if context is not None:
            self._kind = context

    @model_serializer(mode="wrap")
    def _in_names_of_kind(self, serialize: SerializerFunctionWrapHandler) -> dict[str, Any]:
        kind = KINDS[self._kind]
        names = {TILBUD.id_field: kind.id_field, TILBUD.name_field: kind.name_field}
        content: dict[str, Any] = serialize(self)
        return {name: value for field, value in content.items() if (name := names.get(field, field)) is not None}
