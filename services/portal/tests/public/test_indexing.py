"""What search engines and feed readers are told about what is public, and nothing else."""

from datetime import UTC, datetime
from typing import Any
from xml.etree import ElementTree

from chassis.database import Database
from contracts.testing.factories import tilbud_created, tilbud_facts
from portal.overview.public_rows import PublicRow
from portal.public.indexing import MOST_ADDRESSES, atom, sitemap_index
from services.portal.tests.conftest import PORTAL
from services.portal.tests.factories import publication_record
from services.portal.tests.overview.overview_rows import consume


async def test_robots_keep_out_of_signed_in_pages_and_find_the_sitemap(browser: Any) -> None:
    text = (await (await browser()).get("/robots.txt")).text
    assert f"Sitemap: {PORTAL}/sitemap.xml" in text
    assert "Disallow: /mit-overblik" in text


async def test_the_sitemap_and_the_feed_have_what_is_public(browser: Any, database: Database) -> None:
    created = (tilbud_created(each, tilbud=tilbud_facts(f"{each} & co")) for each in ("CRV-1", "CRV-2"))
    await consume(database, *created, publication_record("CRV-1", 1, public=True))
    client = await browser()
    assert "/sitemap-tilbud-1.xml" in (await client.get("/sitemap.xml")).text
    addresses = ElementTree.fromstring((await client.get("/sitemap-tilbud-1.xml")).content)  # noqa: S314  Ours.
    assert [each[0].text for each in addresses] == [f"{PORTAL}/tilbud/CRV-1"]
    feed = (await client.get("/aendringer.atom")).text
    assert "CRV-1 &amp; co" in feed
    assert "CRV-2" not in feed
    await consume(database, publication_record("CRV-1", 2, public=False))
    assert "CRV-1" not in (await client.get("/aendringer.atom")).text
    assert (await client.get("/sitemap-tilbud-1.xml")).status_code == 404


async def test_every_page_of_the_sitemap_is_there(browser: Any) -> None:
    client = await browser()
    found = ElementTree.fromstring((await client.get("/sitemap-sider.xml")).content)  # noqa: S314  Ours.
    paths = [str(each[0].text).removeprefix(PORTAL) for each in found]
    assert "/klage" in paths
    for path in paths:
        if path not in {"/soeg", "/data"}:
            assert (await client.get(path)).status_code == 200


def test_a_large_register_has_several_sitemaps() -> None:
    assert sitemap_index(PORTAL, MOST_ADDRESSES).count("tilbud-") == 1
    assert sitemap_index(PORTAL, MOST_ADDRESSES + 1).count("tilbud-") == 2


def test_any_name_gives_a_feed_that_can_be_read() -> None:
    names = ["<b>\"&'", "a\x0bb\x00c", "\ufffe", "]]>"]
    rows = [PublicRow(f"CRV-{number}", name, datetime(2026, 1, 1, tzinfo=UTC)) for number, name in enumerate(names)]
    feed = ElementTree.fromstring(atom(PORTAL, [*rows, PublicRow("CRV-9", "x", None)]))  # noqa: S314  Ours.
    assert len(feed.findall("{http://www.w3.org/2005/Atom}entry")) == len(names)
