"""Who may follow. Pure."""

from collections.abc import Collection


def may_follow(
    *,
    is_public: bool,
    operator_cvr: str | None,
    authorities: Collection[str],
    cvr: str,
    authority: str | None,
) -> bool:
    """Return whether a user may see that the tilbud exists: public, its operator's, or an authority's with a part."""
    own = bool(cvr) and operator_cvr == cvr
    return is_public or own or authority in authorities
