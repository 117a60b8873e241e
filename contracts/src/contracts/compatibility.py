"""Whether a new version of a schema may take the place of a released one, or needs a new major and a new topic.

Additions are compatible: a new optional field, a new event. What a reader may rely on today has to be there
tomorrow: fields, their types, and that they are always present. What a writer outside may send today has to be
accepted tomorrow: nothing optional becomes required, no limit gets narrower.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Literal

Schema = Mapping[str, Any]
Direction = Literal["read", "written"]

LOWER_LIMITS = ("minimum", "exclusiveMinimum", "minLength", "minItems")
# Patterns that take all that the released one took; between patterns in general nobody can tell.
WIDER_PATTERNS = {("^[0-9]{4}$", "^[0-9]{3,4}$")}
UPPER_LIMITS = ("maximum", "exclusiveMaximum", "maxLength", "maxItems")


def breaking_changes(released: Schema, new: Schema, *, by_others: Direction) -> list[str]:
    """Return what in ``new`` would break others, as JSON pointers with a reason; empty when it is additive.

    ``by_others`` says what others do with messages of this schema: ``read`` ours, or ``written`` by them to us.
    """
    return list(_Comparison(released, new, by_others).of(released, new, ""))


class _Comparison:
    def __init__(self, released: Schema, new: Schema, by_others: Direction) -> None:
        self._released_definitions = released.get("$defs", {})
        self._new_definitions = new.get("$defs", {})
        self._by_others = by_others
        self._seen: set[tuple[str, str]] = set()

    def of(self, old: Schema, new: Schema, path: str) -> Iterator[str]:
        pair = (str(old.get("$ref", path)), str(new.get("$ref", path)))
        if "$ref" in old and pair in self._seen:
            return
        self._seen.add(pair)
        old = _resolved(old, self._released_definitions)
        new = _resolved(new, self._new_definitions)
        yield from self._types(old, new, path)
        yield from self._values(old, new, path)
        yield from self._limits(old, new, path)
        yield from self._properties(old, new, path)
        if "items" in old and "items" in new:
            yield from self.of(old["items"], new["items"], f"{path}/*")
        yield from self._alternatives(old, new, path)

    def _types(self, old: Schema, new: Schema, path: str) -> Iterator[str]:
        for keyword in ("type", "format", "const", "pattern"):
            if self._by_others == "written" and (old.get(keyword), new.get(keyword)) in WIDER_PATTERNS:
                continue
            if keyword in old and new.get(keyword) != old[keyword]:
                yield f"{path or '/'}: {keyword} has changed"
            elif keyword in new and keyword not in old and self._by_others == "written":
                yield f"{path or '/'}: {keyword} is asked for now"

    def _values(self, old: Schema, new: Schema, path: str) -> Iterator[str]:
        # Without a list every value is allowed, so a list that begins or ends is a change too.
        before, after = old.get("enum"), new.get("enum")
        if self._by_others == "written" and after is not None and (before is None or set(before) - set(after)):
            yield f"{path}: values that may be sent are gone"
        if self._by_others == "read" and before is not None and (after is None or set(after) - set(before)):
            yield f"{path}: values that readers do not know are new"

    def _limits(self, old: Schema, new: Schema, path: str) -> Iterator[str]:
        if self._by_others == "read":
            return
        for keyword in LOWER_LIMITS:
            if keyword in new and new[keyword] > old.get(keyword, float("-inf")):
                yield f"{path}: {keyword} is narrower"
        for keyword in UPPER_LIMITS:
            if keyword in new and new[keyword] < old.get(keyword, float("inf")):
                yield f"{path}: {keyword} is narrower"

    def _properties(self, old: Schema, new: Schema, path: str) -> Iterator[str]:
        before, after = old.get("properties", {}), new.get("properties", {})
        for name, schema in before.items():
            if name not in after:
                yield f"{path}/{name}: the field is gone"
            else:
                yield from self.of(schema, after[name], f"{path}/{name}")
        must_before, must_after = set(old.get("required", ())), set(new.get("required", ()))
        if self._by_others == "written":
            yield from (f"{path}/{name}: the field has become required" for name in sorted(must_after - must_before))
        else:
            lost = (must_before - must_after) & set(after)
            yield from (f"{path}/{name}: the field is not always there any more" for name in sorted(lost))

    def _alternatives(self, old: Schema, new: Schema, path: str) -> Iterator[str]:
        before, after = old.get("anyOf", []), new.get("anyOf", [])
        if len(before) != len(after):
            yield f"{path}: the alternatives have changed"
            return
        for one, other in zip(before, after, strict=True):
            yield from self.of(one, other, path)


def _resolved(schema: Schema, definitions: Mapping[str, Schema]) -> Schema:
    reference = schema.get("$ref")
    return definitions[str(reference).rsplit("/", 1)[1]] if reference else schema
