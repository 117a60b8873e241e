"""What people have written is text on every page: it never becomes a tag, an attribute, an address or a header."""

from collections.abc import Awaitable, Callable
from html.parser import HTMLParser
from urllib.parse import quote, unquote

import httpx2
import pytest
from fastapi import FastAPI
from sqlalchemy import update

from chassis.database import Database
from portal.clients import Backends
from portal.models import Session, Subject
from portal.public.texts.loading import Texts
from portal.settings import PortalSettings
from services.portal.tests.conftest import PORTAL
from services.portal.tests.every_service import EveryService
from services.portal.tests.pages import csrf_token

pytestmark = pytest.mark.slow

PLAIN = "Almindelig tekst"
HOSTILE = (
    "x\"><script>alert(1)</script><img src=x onerror='alert(1)'>",
    "x' onmouseover=alert(1) autofocus onfocus=\"alert(2)\" y='",
    "x</textarea></title></option></svg><iframe srcdoc='<p>'></iframe><!-- ",
    "javascript:alert(1)//\u2028x{{ 7*7 }}y{% raise %}${7*7}&lt;b&gt;&#60;i&#62;",
    "https://ond.example/?a=b&c=<d>\r\nSet-Cookie: a=b\r\n\r\n<b>",
)
MARKS = ("ins", "del")
HIDDEN_WORDS = ("span", [("class", "sr-only")])
ADDRESSES = ("href", "src", "action", "formaction", "data", "poster", "srcset", "style", "content", "http-equiv")
# Their content is words for search engines, and leads nowhere.
WORDS_OF_META = ("description", "robots")
NOWHERE = "http://127.0.0.1:9/"
SITES = tuple(each.website for each in Texts(None).contacts().authorities.values() if each.website)
Browser = Callable[[str | None], Awaitable[httpx2.AsyncClient]]


class Structure(HTMLParser):
    """The tags of a page in order with the names of their attributes, and every address in it.

    Which words of a text differ depends on the text, so the marks of these are left out.
    """

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[object] = []
        self.addresses: list[tuple[str, str]] = []
        self.ids: list[str] = []
        self._in_mark = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if (tag in MARKS and not attrs) or (self._in_mark and (tag, attrs) == HIDDEN_WORDS):
            self._in_mark = True
            return
        self.tags.append((tag, tuple(name for name, _ in attrs)))
        self.ids += [value for name, value in attrs if name == "id" and value]
        if dict(attrs).get("name") not in WORDS_OF_META:
            self.addresses += [(name, value or "") for name, value in attrs if name in ADDRESSES]

    def handle_endtag(self, tag: str) -> None:
        if tag in MARKS or (self._in_mark and tag == HIDDEN_WORDS[0]):
            self._in_mark = self._in_mark and tag not in MARKS
            return
        self.tags.append(tag)

    def handle_comment(self, data: str) -> None:
        self.tags.append(("comment", bool(data)))


def structure_of(page: str) -> Structure:
    structure = Structure()
    structure.feed(page)
    structure.close()
    return structure


class Visit:
    """Opens the pages of one persona with one text everywhere."""

    def __init__(self, browser: Browser, app: FastAPI, settings: PortalSettings, database: Database) -> None:
        self._browser, self._app, self._settings, self._database = browser, app, settings, database

    async def get(self, persona: str | None, path: str, text: str) -> httpx2.Response:
        client, _ = await self._client(persona, text)
        # No id holds a line break.
        written = " ".join(text.split()) if path.startswith("/tilsyn/TEXT") else text
        return await client.get(path.replace("TEXT", quote(written, safe="")))

    async def post(self, persona: str, path: str, fields: tuple[str, ...], text: str, refusal: int) -> httpx2.Response:
        client, services = await self._client(persona, text)
        services.refusal = refusal
        chosen = {"decision": "yes", "do": "save", "verdict": "reject", "etag": '"one"'}
        typed = chosen | dict.fromkeys(fields, f"{text} igen") | {"csrf": await csrf_token(client, "/kontakt")}
        return await client.post(path, data=typed)

    async def _client(self, persona: str | None, text: str) -> tuple[httpx2.AsyncClient, EveryService]:
        services = EveryService(text)
        self._app.state.backends = Backends(self._settings, httpx2.MockTransport(services))
        client = await self._browser(persona)
        async with self._database.begin() as session:
            await session.execute(update(Session).values(name=text, org_name=text))
            await session.execute(update(Subject).values(name=text, operator_name=text))
        return client, services


@pytest.fixture
async def visit(browser: Browser, app: FastAPI, settings: PortalSettings, database: Database) -> Visit:
    """The pages about one tilbud that each persona's organisation has to do with."""
    async with database.begin() as session:
        session.add(Subject(id="CRV-1", identity_number=1, operator_cvr="99000015", authority="kommune-0851"))
    return Visit(browser, app, settings, database)


def check(page: httpx2.Response, plain: httpx2.Response, text: str) -> None:
    assert page.status_code == plain.status_code
    structure, expected = structure_of(page.text), structure_of(plain.text)
    assert structure.tags == expected.tags
    for name, value in structure.addresses:
        assert value.startswith(("/", "#", "tel:", "width=", f"{PORTAL}/", NOWHERE, HTMX, *SITES)), (name, value)
        assert not value.startswith("//")
        assert not value.startswith("#") or value[1:] in structure.ids, value
    assert len(set(structure.ids)) == len(structure.ids)
    assert "set-cookie: a=b" not in str(page.headers).lower()
    assert not any(text[:12] in value for name, value in page.headers.items() if name != "location")
    assert "x49y" not in page.text


HTMX = '{"includeIndicatorCSS": false'
REPORTER, OFFICER, CREATOR = "reporter-solsikken", "officer-nord-a", "officer-aalborg"
NATIONAL = "national-operator"
SAMPLE = "0193b7a0-0000-7000-8000-0000000000c1"
GETS = (
    *(
        (REPORTER, f"/indberet/tilbud/CRV-1/trin/{step}")
        for step in ("company", "contact", "methods", "departments", "staffing")
    ),
    (REPORTER, "/indberet?q=TEXT&status=TEXT"),
    (REPORTER, "/indberet/tilbud/CRV-1"),
    (REPORTER, "/indberet/tilbud/CRV-1/opsummering"),
    (REPORTER, "/indberet/tilbud/CRV-1/ledige-pladser"),
    (OFFICER, "/indberet/tilbud/CRV-1/leders-cpr-nummer"),
    (REPORTER, "/indberet/mangler"),
    (REPORTER, "/indberet/tilbud/CRV-1/sager/s1"),
    (REPORTER, "/indberet/tilbud/CRV-1/sager/s1/kvittering"),
    (REPORTER, "/indberet/tilbud/CRV-1/sager/s1/kvitteringer/closed"),
    (REPORTER, "/indberet/tilbud/CRV-1/sager/s1/kvitteringer/sent-1"),
    (REPORTER, "/tilsyn/tilbud/CRV-1"),
    (REPORTER, "/tilsyn/TEXT?authority=nord"),
    (CREATOR, "/godkend?q=TEXT&case_status=TEXT"),
    (CREATOR, "/godkend/tilbud/CRV-1"),
    (OFFICER, "/godkend/arbejdsliste?q=TEXT&cursor=TEXT"),
    (CREATOR, "/tilsyn/opret/CRV-1"),
    (OFFICER, "/tilsyn/frister"),
    (OFFICER, "/tilsyn/ubrugte-godkendelser"),
    (CREATOR, "/tilsyn/akut-brug"),
    (REPORTER, f"/stikproever/{SAMPLE}"),
    (NATIONAL, f"/stikproever/{SAMPLE}"),
    (OFFICER, "/stikproever?tilbud=TEXT&cursor=TEXT"),
    (NATIONAL, "/stikproever/ny?tilbud=TEXT"),
    (OFFICER, "/godkend/sager/s1"),
    (OFFICER, "/godkend/tilbud/CRV-1/myndighed"),
    (OFFICER, "/godkend/tilbud/CRV-1/myndighed/h1"),
    (NATIONAL, "/kraever-afgoerelse?cursor=TEXT"),
    (NATIONAL, "/kraever-afgoerelse/u1"),
    (OFFICER, "/godkend/sager/s1/kvittering"),
    (OFFICER, "/opret/ansoegninger/CRV-1"),
    (OFFICER, "/opret/kvittering/CRV-1"),
    (None, "/tilbud/CRV-1"),
    (None, "/tilbud/CRV-1?as_of=TEXT"),
    (None, "/tilbud/CRV-1/historik?cursor=TEXT"),
    (None, "/soeg?q=TEXT&near=TEXT&age=TEXT&sort=TEXT&municipality=TEXT&target_group=TEXT&service=TEXT&cursor=TEXT"),
    (None, "/soeg?rate_max=TEXT&TEXT=TEXT"),
    (None, "/soeg?valgt=TEXT&valgt=CRV-8&q=ro"),
    (None, "/sammenlign?id=CRV-1&id=CRV-2&soegning=q%3DTEXT"),
    (None, "/sammenlign?id=CRV-1&soegning=TEXT"),
    (None, "/sammenlign?id=CRV-1&id=CRV-2&as_of=TEXT&forskelle=TEXT"),
    (REPORTER, "/sammenlign?id=CRV-1&id=CRV-2"),
    (None, "/sammenlign?id=CRV-1&id=TEXT"),
    (None, "/takster?target_group=TEXT&legal_basis=TEXT"),
    (None, "/find-plads?TEXT=TEXT"),
    (None, "/data"),
    (REPORTER, "/mails"),
    (REPORTER, "/mails/systemer"),
    (REPORTER, "/gem-soegning?soegning=TEXT"),
    (None, "/mails/afmeld/x.y"),
    (None, "/mails/afmeld/x.z"),
    (None, "/mails/bekraeft/x.y"),
    (None, "/mails/bekraeft/x.z"),
    (None, "/kontakt?kommune=TEXT"),
    (None, "/kontakt/TEXT"),
    (REPORTER, "/mit-overblik"),
    (None, "/TEXT"),
    (None, "/problems/TEXT"),
    (None, "/login/callback?error=TEXT&error_description=TEXT&state=TEXT&code=TEXT"),
)


@pytest.mark.parametrize(("persona", "path"), GETS)
async def test_text_is_text_on_every_page(visit: Visit, persona: str | None, path: str) -> None:
    plain = await visit.get(persona, path, PLAIN)
    assert plain.status_code < 500, plain.text
    for text in HOSTILE:
        check(await visit.get(persona, path, text), plain, text)


USE = "0193b7a0-0000-7000-8000-000000000001"
POSTS = (
    (REPORTER, "/indberet/tilbud/CRV-1/trin/values", ("/values", "/professional_goals"), (412, 422, 409)),
    (REPORTER, "/indberet/tilbud/CRV-1/opsummering", (), (409,)),
    (REPORTER, "/indberet/tilbud/CRV-1/sager/s1/send", (), (409,)),
    (OFFICER, "/indberet/tilbud/CRV-1/leders-cpr-nummer", ("note",), (422,)),
    (OFFICER, "/godkend/sager/s1/afgoerelse/values", ("reason:values", "reason:contact"), (422, 412, 409)),
    (OFFICER, "/godkend/sager/s1/godkendelser", ("reason:values",), (412, 409)),
    (OFFICER, "/godkend/tilbud/CRV-1/myndighed", ("to", "kommune", "reason"), (422, 409)),
    (NATIONAL, "/kraever-afgoerelse/u1", ("authority", "reason"), (422, 409)),
    (OFFICER, "/opret", ("name", "street", "city", "cvr", "leader_name", "leader_email", "legal_bases"), (422,)),
    (OFFICER, "/find-plads", ("age", "near", "rate_max", "vacancies", "target_groups", "municipality"), (422,)),
    (REPORTER, "/mails/systemer", ("url",), (422, 409)),
    (CREATOR, "/tilsyn/akut-brug/ny", ("tilbud_id", "name", "started_on", "persons", "reason"), (422, 409)),
    (CREATOR, f"/tilsyn/akut-brug/{USE}/forlaeng", ("reason",), (422, 409)),
    (NATIONAL, "/stikproever/ny", ("tilbud_id", "reason", "deadline"), (422, 409)),
    (NATIONAL, f"/stikproever/{SAMPLE}/fastholdelse", ("reason",), (422, 409, 412)),
    (NATIONAL, f"/stikproever/{SAMPLE}/rettelse", ("reason", "deadline"), (422, 409, 412)),
    (NATIONAL, f"/stikproever/{SAMPLE}/afslutning", ("outcome", "closing_reason"), (422, 409, 412)),
    (REPORTER, f"/stikproever/{SAMPLE}/svar", ("text",), (422, 409, 412)),
    (CREATOR, "/tilsyn/opret/CRV-1", ("conclusion", "visited_on", "theme-economy", "score-economy"), (422, 403)),
)


@pytest.mark.parametrize(
    ("persona", "path", "fields", "refusal"),
    [(persona, path, fields, refusal) for persona, path, fields, refusals in POSTS for refusal in refusals],
)
async def test_what_was_typed_comes_back_as_text(
    visit: Visit, persona: str, path: str, fields: tuple[str, ...], refusal: int
) -> None:
    plain = await visit.post(persona, path, fields, PLAIN, refusal)
    assert 400 <= plain.status_code < 500, plain.text
    for text in HOSTILE:
        check(await visit.post(persona, path, fields, text, refusal), plain, text)


@pytest.mark.parametrize("text", HOSTILE)
async def test_an_address_to_come_back_to_stays_ours(visit: Visit, text: str) -> None:
    answer = await visit.get(REPORTER, "/login?return_to=TEXT", text)
    assert unquote(answer.headers["location"]).startswith("/indberet")
