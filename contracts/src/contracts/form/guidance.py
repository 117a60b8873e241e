"""Where a field is explained, and how a computed one comes about: told at the field and in the guidance (R44, P8)."""

from contracts.form.definition import Field, Step
from contracts.form.options import options


def with_guidance(kind: str, step: Step) -> Step:
    """The step with the address of its guidance at the portal, and with that and the formula of each field."""
    page = f"/vejledning/{kind}/{step.id}"
    return step.model_copy(update={"guidance": page, "fields": _told(step.fields, f"{page}#")})


def _told(fields: tuple[Field, ...], place: str) -> tuple[Field, ...]:
    return tuple(
        each.model_copy(
            update={
                "guidance": f"{place}{each.id}",
                "formula": _formula(each, fields),
                "fields": _told(each.fields, f"{place}{each.id}."),
            }
        )
        for each in fields
    )


def _formula(field: Field, beside: tuple[Field, ...]) -> str | None:
    """How the percentage is computed, in the labels of the fields that it is computed from."""
    share = field.computed
    if share is None:
        return None
    labels = {each.id: each for each in beside}
    parts, whole = (_sum(tuple(labels[each].label for each in ids)) for ids in (share.parts, share.whole))
    text = f"{parts} / {whole} × 100"
    if share.negative_when:
        asker = labels[share.negative_when.field]
        answers = {each.id: each.label for each in options(asker, asker.valid_from)} | {"True": "Ja", "False": "Nej"}
        chosen = " eller ".join(f"»{answers[str(each)]}«" for each in share.negative_when.is_in)
        text += f"; med minus, når svaret på »{asker.label}« er {chosen}"
    return text


def _sum(labels: tuple[str, ...]) -> str:
    return f"»{labels[0]}«" if len(labels) == 1 else f"({' + '.join(f'»{each}«' for each in labels)})"
