"""Where spans go: a file in development, a collector in operation. Loaded only where one of them is configured."""

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.instrumentation.sqlalchemy import SQLAlchemyInstrumentor
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, ConsoleSpanExporter, SimpleSpanProcessor
from sqlalchemy.ext.asyncio import AsyncEngine

from chassis.library_internals import drop_status_text
from chassis.settings import Settings


class WithoutText(SpanProcessor):
    """Takes the text of an error out of a span: a driver writes into it the values that it refused."""

    def on_end(self, span: ReadableSpan) -> None:
        """Keep only whether it failed."""
        drop_status_text(span)


def set_up_traces(settings: Settings, engine: AsyncEngine, *, collector: bool) -> None:
    """Send spans to ``settings.trace_file``, and to the ``collector`` that the OTLP variables name."""
    provider = TracerProvider(resource=Resource.create({"service.name": settings.service}))
    provider.add_span_processor(WithoutText())
    if settings.trace_file:
        settings.trace_file.parent.mkdir(parents=True, exist_ok=True)
        lines = settings.trace_file.open("a", buffering=1)
        provider.add_span_processor(SimpleSpanProcessor(ConsoleSpanExporter(out=lines, formatter=_as_line)))
    if collector:
        provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(provider)
    # It works with SQLAlchemy 2.1, which its own check does not know yet; tests/test_traces.py shows it.
    SQLAlchemyInstrumentor().instrument(engine=engine.sync_engine, skip_dep_check=True)


def _as_line(span_: ReadableSpan) -> str:
    return f"{span_.to_json(indent=None)}\n"
