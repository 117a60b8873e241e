"""What a body is, and which of the formats that an answer exists in a client wants. Pure."""


def is_json(content_type: str) -> bool:
    """Return whether a Content-Type announces one JSON document; lines of JSON (NDJSON) are none."""
    return media_type(content_type).endswith(("/json", "+json"))


def media_type(content_type: str) -> str:
    """Return the media type of a Content-Type, in small letters and without parameters."""
    return content_type.partition(";")[0].strip().lower()


def preferred(accept: str | None, *offered: str) -> str:
    """Return the one of ``offered`` that ``accept`` weighs highest: the first of several, and where none is named."""
    weights = dict(_weighed(each) for each in (accept or "").lower().split(",") if each.strip())
    return max(offered, key=lambda media_type: _weight(media_type, weights))


def _weight(media_type: str, weights: dict[str, float]) -> float:
    kind = media_type.partition("/")[0]
    named = (media_type, f"{kind}/*", "*/*")
    return next((weights[each] for each in named if each in weights), 0.0)


def _weighed(item: str) -> tuple[str, float]:
    name, *parameters = (part.strip() for part in item.split(";"))
    weight = next((each.removeprefix("q=") for each in parameters if each.startswith("q=")), "1")
    try:
        return name, float(weight)
    except ValueError:
        return name, 0.0
