"""Whatever a caller sends in an address, the answer is one that the document of the API names."""

import itertools
from typing import Any
from urllib.parse import quote, quote_from_bytes

import httpx2
import pytest

from contracts.testing.factories import example_steps
from services.publication.tests.factories import publishing_facts

TEXTS = [
    *("", " ", "0", "-0", "-1", "1e309", "NaN", "null", "true", "١٢", "9" * 40, "a" * 201, "🙂" * 200, "%", "\\", "'"),
    *("\u200b", "\u202e", "\u2028", "\ufffe", "\x1b", "\x7f", "a\u0345\u0334" * 60, "ﷺ" * 60, "ß" * 200, "İ" * 100),
    *("½ ŉ Ǆ", "a-b-c -", "crv-", "crv" + "9" * 180, "x:* & !y | z <-> (", "$$;--", "../..", "{}[]", "Ａ９"),
]
BYTES = [b"\xff", b"\xed\xa0\x80", b"\xc0\x80", b"\xf4\x90\x80\x80"]
PARAMETERS = {
    "/v1/search": ["q", "near", "age", "sort", "limit", "cursor", "as_of", "rate_max", "quality_min", "legal_basis"],
    "/v1/rates": ["target_group"],
    "/v1/tilbud/CRV-1": ["as_of"],
    "/v1/tilbud/CRV-1/changes": ["limit", "cursor"],
    "/v1/compare": ["id"],
    "/v1/feed": ["lastEventId", "limit"],
    "/v1/code-lists": ["name"],
}
EXPECTED = {200, 400, 404, 410, 422}


@pytest.mark.parametrize(("path", "name"), [(path, name) for path, names in PARAMETERS.items() for name in names])
async def test_any_parameter_is_answered(client: httpx2.AsyncClient, deliver_facts: Any, path: str, name: str) -> None:
    await deliver_facts(*publishing_facts("CRV-1", example_steps("Ærø")))
    for value in (*map(quote, TEXTS), *map(quote_from_bytes, BYTES), "%00"):
        answer = await client.get(f"{path}?{name}={value}")
        assert answer.status_code in EXPECTED, (path, name, value, answer.text)
        if answer.status_code != 200:
            assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("path", ["/v1/tilbud/{}", "/v1/tilbud/{}/changes", "/v1/code-lists/{}"])
async def test_any_name_in_a_path_is_answered(client: httpx2.AsyncClient, path: str) -> None:
    for value in (*(quote(text, safe="") for text in TEXTS), *map(quote_from_bytes, BYTES), "%00"):
        answer = await client.get(path.format(value))
        assert answer.status_code in EXPECTED, (path, value, answer.text)


@pytest.mark.parametrize("sort", ["relevance", "name", "distance"])
async def test_any_two_words_are_searched(client: httpx2.AsyncClient, deliver_facts: Any, sort: str) -> None:
    await deliver_facts(*publishing_facts("CRV-1"))
    short = [text for text in TEXTS if len(text) < 60]
    for pair in itertools.islice(itertools.combinations(short, 2), 0, None, 7):
        answer = await client.get("/v1/search", params={"q": " ".join(pair), "sort": sort, "near": "9000"})
        assert answer.status_code in {200, 400}, (pair, answer.text)
