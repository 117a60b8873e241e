"""The official validators find nothing in the documents that others build against."""

from tests.documents.validators import ASYNCAPI, lint_with_redocly, lint_with_spectral, parse_asyncapi


def test_the_parser_of_asyncapi_reads_every_topic() -> None:
    answer = parse_asyncapi(ASYNCAPI)
    assert answer["found"] == []
    assert answer["held"]["operations"] == {
        "receive-external-tilsyn-authority-v1": "receive",
        "send-external-receipts-authority-v1": "send",
        "send-external-advices-authority-v1": "send",
        "send-publication-tilbud-v1": "send",
        "send-publication-feed-v1": "send",
    }


def test_redocly_finds_nothing() -> None:
    assert lint_with_redocly() == []


def test_spectral_finds_nothing() -> None:
    assert lint_with_spectral() == []
