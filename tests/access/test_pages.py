"""Every persona at every page of the portal, and every form without its token."""

import json
from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import urljoin

import httpx2
import pytest

from devstack.personas import PERSONAS
from tests.access.pages import FORMS, OPEN_FORMS, PAGES
from tests.access.policy import Caller, Subject, Verdict
from tests.access.test_matrix import CALLERS, NOBODY, OPENAPI, REFUSALS, subjects_about
from tests.e2e.client import SystemClient

VISITORS = tuple(caller for caller in CALLERS if caller is NOBODY or caller.name in PERSONAS)
# Who belongs to no organisation gets no session.
WITHOUT_ORGANISATION = "family-own"


def test_every_page_and_form_has_a_policy() -> None:
    paths = json.loads((OPENAPI / "portal.json").read_text())["paths"]
    assert {path for path, routes in paths.items() if "get" in routes} == PAGES.keys()
    assert {path for path, routes in paths.items() if "post" in routes} == {*FORMS, *OPEN_FORMS}


class _Hidden(HTMLParser):
    """The hidden fields of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep what a field would send."""
        found = dict(attrs)
        if tag == "input" and found.get("type") == "hidden":
            self.fields[str(found["name"])] = found.get("value") or ""


class Browsers:
    """A browser for each visitor, signed in at the running portal."""

    def __init__(self, client: SystemClient) -> None:
        self._portal, self._identity = client.endpoints["portal"], client.endpoints["identity"]
        self._browsers = {caller: self._browser(caller) for caller in VISITORS}

    def _browser(self, caller: Caller) -> httpx2.Client:
        browser = httpx2.Client(timeout=30, headers={"Accept": "text/html"})
        if caller.is_signed_in:
            asked = browser.get(f"{self._portal}/login", follow_redirects=True)
            fields = _Hidden(asked.text).fields | {"persona": caller.name}
            browser.post(f"{self._identity}/authorize", data=fields, follow_redirects=True)
        return browser

    def get(self, caller: Caller, path: str) -> httpx2.Response:
        """Return the page that a visitor gets, without following where it leads."""
        return self._browsers[caller].get(urljoin(self._portal, path))

    def post(self, caller: Caller, path: str) -> httpx2.Response:
        """Send a form without its token."""
        return self._browsers[caller].post(urljoin(self._portal, path), data={"values": "x"})

    def close(self) -> None:
        """Give the connections back."""
        for browser in self._browsers.values():
            browser.close()


@pytest.fixture(scope="module")
def browsers(client: SystemClient) -> Iterator[Browsers]:
    """All visitors."""
    opened = Browsers(client)
    yield opened
    opened.close()


def _verdict(answer: httpx2.Response) -> Verdict:
    to_sign_in = answer.headers.get("location", "").startswith("/login")
    return Verdict.UNAUTHENTICATED if to_sign_in else REFUSALS.get(answer.status_code, Verdict.OPEN)


@pytest.mark.parametrize("path", PAGES)
def test_visitors_meet_what_the_policy_says(browsers: Browsers, subjects: list[Subject], path: str) -> None:
    operation = PAGES[path]
    wrong = {}
    for subject in subjects_about(operation, subjects):
        for caller in VISITORS:
            answer = browsers.get(caller, operation.path.format(**vars(subject)))
            has_session = caller.is_signed_in and caller.name != WITHOUT_ORGANISATION
            wanted, found = operation.policy(caller if has_session else NOBODY, subject), _verdict(answer)
            if found is not (wanted or found) or answer.status_code >= httpx2.codes.INTERNAL_SERVER_ERROR:
                wrong[f"{caller.name} about {subject.name}"] = f"{answer.status_code} instead of {wanted}"
    assert wrong == {}


@pytest.mark.parametrize("path", FORMS)
def test_no_form_is_taken_without_its_token(browsers: Browsers, subjects: list[Subject], path: str) -> None:
    public = subjects[0]
    names = {"tilbud_id": public.id, "case_id": public.case_id, "step_id": "values", "step": "values", "token": "x"}
    names["webhook_id"] = names["use_id"] = "0193b7a0-0000-7000-8000-000000000001"
    names |= {"sample_id": names["use_id"], "act_path": "svar", "undecided_id": "u1"}
    names["tilsyn_id"] = public.tilsyn_id
    for caller in VISITORS:
        answer = browsers.post(caller, path.format(**names))
        refused = _verdict(answer) in {Verdict.UNAUTHENTICATED, Verdict.FORBIDDEN, Verdict.HIDDEN}
        assert refused, f"{caller.name}: {answer.status_code}"
