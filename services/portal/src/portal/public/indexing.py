"""What search engines and feed readers are told: which pages there are, and what is new. Pure."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from xml.sax.saxutils import escape, quoteattr

from portal.overview.public_rows import PublicRow

# A sitemap may hold 50,000 addresses.
MOST_ADDRESSES = 50_000
STATIC = (
    "/",
    "/soeg",
    "/takster",
    "/sammenlign",
    "/data",
    "/plejefamilier",
    "/vejledning",
    "/kontakt",
    "/klage",
    "/magtanvendelse",
    "/whistleblow",
    "/privatliv",
    "/tilgaengelighed",
)
CLOSED = (
    "/indberet",
    "/godkend",
    "/opret",
    "/login",
    "/min-side",
    "/mit-overblik",
    "/tilsyn",
    # The same tilbud in any order.
    "/sammenlign?",
    "/sammenlign.",
)
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_SITEMAPS = "http://www.sitemaps.org/schemas/sitemap/0.9"


def robots(portal: str) -> str:
    """Return what robots may not visit, and where the sitemap is."""
    lines = "".join(f"Disallow: {path}\n" for path in CLOSED)
    return f"User-agent: *\n{lines}\nSitemap: {portal}/sitemap.xml\n"


def sitemap_index(portal: str, tilbud: int) -> str:
    """Return the list of sitemaps: one of the pages that are always there, and as many as the tilbud need."""
    count = -(-tilbud // MOST_ADDRESSES)
    names = ["sider", *(f"tilbud-{number}" for number in range(1, count + 1))]
    rows = "".join(f"<sitemap><loc>{portal}/sitemap-{name}.xml</loc></sitemap>\n" for name in names)
    return f'{_HEAD}<sitemapindex xmlns="{_SITEMAPS}">\n{rows}</sitemapindex>\n'


def sitemap(portal: str, addresses: Sequence[tuple[str, datetime | None]]) -> str:
    """Return a sitemap of paths, with the time that each changed where it is known."""
    return f'{_HEAD}<urlset xmlns="{_SITEMAPS}">\n{"".join(_urls(portal, addresses))}</urlset>\n'


def _urls(portal: str, addresses: Sequence[tuple[str, datetime | None]]) -> Iterator[str]:
    for path, changed_at in addresses:
        changed = f"<lastmod>{_time(changed_at)}</lastmod>" if changed_at else ""
        yield f"<url><loc>{portal}{escape(path)}</loc>{changed}</url>\n"


def atom(portal: str, pages: Sequence[PublicRow]) -> str:
    """Return the feed of what changed last, the newest first; what has no known time is left out."""
    known = [(each, each.changed_at) for each in pages if each.changed_at]
    updated = max((changed_at for _, changed_at in known), default=datetime(2026, 1, 1, tzinfo=UTC))
    entries = "".join(_entry(portal, each, changed_at) for each, changed_at in known)
    return (
        f'{_HEAD}<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="da">\n'
        f"<title>Nyt om tilbuddene på Tilbudsportalen</title>\n<id>{portal}/aendringer.atom</id>\n"
        f'<link rel="self" href={quoteattr(f"{portal}/aendringer.atom")}/>\n<link href={quoteattr(f"{portal}/")}/>\n'
        f"<author><name>Tilbudsportalen</name></author>\n<updated>{_time(updated)}</updated>\n{entries}</feed>\n"
    )


def _entry(portal: str, each: PublicRow, changed_at: datetime) -> str:
    address, day = f"{portal}/tilbud/{each.id}", _time(changed_at)
    return (
        f"<entry><title>{escape(_printable(each.name))}</title><id>{address}#{day}</id>"
        f"<link href={quoteattr(address)}/><updated>{day}</updated>"
        "<summary>Oplysningerne er godkendt, ændret eller bekræftet.</summary></entry>\n"
    )


def _printable(text: str) -> str:
    """Return the text without the control characters that XML cannot hold."""
    return "".join(sign for sign in text if sign >= " " and sign not in "\ufffe\uffff")


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
