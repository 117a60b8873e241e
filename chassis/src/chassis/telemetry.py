"""Traces and logs: one trace from the browser's request over outbox, Kafka and consumers into SQL.

Logs are JSON lines with the fields that the caller names; request bodies, parameters of SQL and the text of
exceptions from drivers are never logged, since they can hold personal data.
"""

import logging
import os
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from types import TracebackType

import structlog
from opentelemetry import propagate, trace
from opentelemetry.trace import Span, SpanKind
from sqlalchemy.ext.asyncio import AsyncEngine

from chassis.settings import Settings

tracer = trace.get_tracer("chassis")

# Only these fields of a log record are written: a list of what is allowed cannot forget a field.
LOG_FIELDS = frozenset({"attempt", "error", "format", "handler", "method", "row", "timer", "topic"})
QUIET = ("aiokafka", "faststream", "sqlalchemy", "httpx2", "httpcore2", "uvicorn", "alembic")
REPEAT_SECONDS = 10.0


class RateLimitFilter(logging.Filter):
    """Lets the same line of a library through once in ten seconds; what carries an exception passes always.

    While the broker is away, aiokafka says so several hundred times a second in every worker.
    """

    def __init__(self) -> None:
        super().__init__()
        self._told: dict[tuple[str, int], float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether the record is written."""
        if record.exc_info or record.name.partition(".")[0] not in QUIET:
            return True
        place, now = (record.pathname, record.lineno), time.monotonic()
        if now - self._told.get(place, -REPEAT_SECONDS) < REPEAT_SECONDS:
            return False
        self._told[place] = now
        return True


def set_up_telemetry(settings: Settings, engine: AsyncEngine) -> None:
    """Configure logs and traces of this process, once; ``engine`` is the one whose SQL is traced.

    Without a place to send them to, spans are not made; a trace that comes in is still handed on. What makes them
    is loaded only where it is used: it is a tenth of the start of a process.
    """
    _set_up_logs(settings)
    collector = any(os.environ.get(f"OTEL_EXPORTER_OTLP_{name}ENDPOINT") for name in ("", "TRACES_"))
    if settings.trace_file or collector:
        from chassis.tracing import set_up_traces  # noqa: PLC0415

        set_up_traces(settings, engine, collector=collector)


def _set_up_logs(settings: Settings) -> None:
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[
            structlog.stdlib.add_log_level,
            structlog.stdlib.ExtraAdder(allow=LOG_FIELDS),
            structlog.processors.TimeStamper(fmt="iso", utc=True),
        ],
        processors=[
            _without_exception_text,
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    handler.addFilter(RateLimitFilter())
    logging.basicConfig(handlers=[handler], level=settings.log_level, force=True)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.ERROR)


def _without_exception_text(_: object, __: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Keep the kind of an exception and where it was raised, but not its text."""
    kind, _value, step = event.pop("exc_info", None) or (None, None, None)
    if kind is not None:
        event["error"] = kind.__name__
        event["at"] = _frames(step)
    return event


def _frames(step: TracebackType | None) -> list[str]:
    """Name the places that an exception came through, without those inside libraries."""
    frames = []
    while step is not None:
        code = step.tb_frame.f_code
        if "site-packages" not in code.co_filename or step.tb_next is None:
            frames.append(f"{Path(code.co_filename).name}:{step.tb_lineno} {code.co_name}")
        step = step.tb_next
    return frames


def current_traceparent() -> str:
    """Return the W3C ``traceparent`` of the current span, or an empty string outside of one."""
    carrier: dict[str, str] = {}
    propagate.inject(carrier)
    return carrier.get("traceparent", "")


def span(
    name: str, *, kind: SpanKind, parent: str = "", attributes: Mapping[str, str] | None = None
) -> AbstractContextManager[Span]:
    """Run the block inside a span; ``parent`` is a ``traceparent`` from elsewhere, which is handed on in any case."""
    if not parent and isinstance(trace.get_tracer_provider(), trace.ProxyTracerProvider):
        return nullcontext(trace.INVALID_SPAN)
    return _span(name, kind, parent, attributes)


@contextmanager
def _span(name: str, kind: SpanKind, parent: str, attributes: Mapping[str, str] | None) -> Iterator[Span]:
    context = propagate.extract({"traceparent": parent}) if parent else None
    attributes = dict(attributes or {})
    with tracer.start_as_current_span(name, context, kind, attributes, record_exception=False) as current:
        yield current
