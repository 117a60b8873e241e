"""What is logged, and how often."""

import logging
import sys

from chassis.telemetry import RateLimitFilter


def record(name: str, line: int, *, failed: bool = False) -> logging.LogRecord:
    error = sys.exception() if failed else None
    exc_info = (type(error), error, None) if error else None
    return logging.LogRecord(name, logging.ERROR, "file.py", line, "no broker", None, exc_info)


def test_a_library_says_the_same_thing_once_in_a_while() -> None:
    rate_limit = RateLimitFilter()
    assert [rate_limit.filter(record("aiokafka.client", 7)) for _ in range(500)] == [True] + [False] * 499
    assert rate_limit.filter(record("aiokafka.client", 8))


def test_our_own_lines_and_exceptions_are_always_logged() -> None:
    rate_limit = RateLimitFilter()
    assert all(rate_limit.filter(record("chassis.consume", 7)) for _ in range(3))
    try:
        raise ValueError
    except ValueError:
        assert all(rate_limit.filter(record("uvicorn.error", 9, failed=True)) for _ in range(3))
