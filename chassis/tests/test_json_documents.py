"""JSON from outside: what is taken, what is refused, and that HTTP and Kafka judge alike."""

import json
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chassis.json_documents import DETAILS, UnreadableJson, read_json

REFUSED = {
    b"": "json-invalid",
    b"{} {}": "json-invalid",
    b"{'a': 1}": "json-invalid",
    b'{"a": 1,}': "json-invalid",
    b"[NaN]": "json-invalid",
    b"[-Infinity]": "json-invalid",
    b'["\\ud800"]': "json-invalid",
    b'["\\udc00\\ud800"]': "json-invalid",
    b'{"\\udfff": 1}': "json-invalid",
    b'["a\nb"]': "json-invalid",
    b'["\xff"]': "json-encoding",
    b'["\xed\xa0\x80"]': "json-encoding",
    '["æ"]'.encode("latin-1"): "json-encoding",
    '{"a": 1}'.encode("utf-16"): "json-nul",
    b'["a\\u0000"]': "control-character",
    b'{"a\\u0000": 1}': "json-nul",
    b'["\\\\\\u0000"]': "control-character",
    b'["a\0"]': "json-nul",
    b"[" * 5_000 + b"]" * 5_000: "json-depth",
    b'{"a":' * 300 + b"1" + b"}" * 300: "json-depth",
    b'{"a": 1, "a": 1}': "json-duplicate",
    b'{"a": 1, "\\u0061": 2}': "json-duplicate",
    b'[{"b": {"a": 1, "c": 2, "a": 3}}]': "json-duplicate",
    b"[1e400]": "json-number",
    b"[-1e999]": "json-number",
    b"[9223372036854775808]": "json-number",
    b"[-9223372036854775809]": "json-number",
    b"[" + b"1" * 1_000_000 + b"]": "json-number",
}


@pytest.mark.parametrize("content", REFUSED, ids=lambda content: repr(content[:24]))
def test_what_says_nothing_or_not_one_thing_is_refused(content: bytes) -> None:
    with pytest.raises(UnreadableJson) as refused:
        read_json(content)
    assert refused.value.code == REFUSED[content]


TAKEN: dict[bytes, Any] = {
    b'\xef\xbb\xbf{"a": 1}': {"a": 1},
    b'{"a": {"a": 1}, "b": [{"a": 2}, {"a": 3}]}': {"a": {"a": 1}, "b": [{"a": 2}, {"a": 3}]},
    b"[9223372036854775807, -9223372036854775808]": [2**63 - 1, -(2**63)],
    b"[1e308, 4.9e-324]": [1e308, 4.9e-324],
    b'["\\ud83d\\ude42"]': ["🙂"],
    b'["\\\\u0000"]': ["\\u0000"],
    b"[" * 150 + b"]" * 150: json.loads("[" * 150 + "]" * 150),
    b' "a" ': "a",
    b"null": None,
}


@pytest.mark.parametrize("content", TAKEN, ids=lambda content: repr(content[:24]))
def test_what_says_one_thing_is_taken(content: bytes) -> None:
    assert read_json(content) == TAKEN[content]


WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
NUMBERS = st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False, allow_infinity=False)
DOCUMENTS = st.recursive(
    st.none() | st.booleans() | NUMBERS | WORDS, lambda inner: st.lists(inner) | st.dictionaries(WORDS, inner)
)


@given(DOCUMENTS)
@settings(max_examples=200, deadline=None)
def test_what_python_writes_is_read_as_it_was(document: Any) -> None:
    assert read_json(json.dumps(document, ensure_ascii=False).encode()) == document
    assert read_json(json.dumps(document).encode()) == document


def refusal(content: bytes) -> str | None:
    """Return the code that ``content`` is refused with, None when it is taken."""
    try:
        read_json(content)
    except UnreadableJson as error:
        return error.code
    return None


@given(st.binary() | WORDS.map(str.encode))
@settings(max_examples=300, deadline=None)
def test_no_bytes_make_it_fail_otherwise(content: bytes) -> None:
    assert refusal(content) in {None, *DETAILS}


@pytest.mark.parametrize(
    "content",
    [
        b"1" * 3_000_000,
        b"[1." + b"1" * 3_000_000 + b"]",
        b'"' + b"\\\\" * 1_500_000 + b'"',
        b"\\" * 3_000_000,
        b"[" * 3_000_000,
    ],
    ids=["integer", "fraction", "escapes", "backslashes", "depth"],
)
def test_what_is_meant_to_take_long_does_not(content: bytes) -> None:
    began = time.process_time()
    assert refusal(content) in {None, "json-number", "json-invalid", "json-depth"}
    assert time.process_time() - began < 1
