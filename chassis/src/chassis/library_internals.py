"""Every touch of what a library keeps private: the version it was seen in, the reason, and where upstream stands.

``tests/test_library_internals.py`` fails as soon as a new version of one of them changes what is used here.
"""

import asyncio
import socket
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from aiokafka.record import default_records
from aiokafka.record._crecords import default_records as compiled_records
from opentelemetry.trace import Status

# aiokafka 0.14. No public call does without the group: aio-libs/aiokafka#680 asks for leaving as a static member.
DISCARD_SECONDS = 5.0
# Longer than any batch is worked on.
PREFETCH_SECONDS = 3_600.0


async def discard_producer(producer: Any) -> None:
    """Give an aiokafka producer up with what it still holds: its own ``stop()`` flushes (aiokafka 0.14, #1017).

    Flushed by a producer that nobody waits for any more, an old row would come after newer ones of its key, and a
    compacted topic would keep it.
    """
    producer._closed = True  # noqa: SLF001
    sending = producer._sender.sender_task  # noqa: SLF001
    sending.cancel()
    await asyncio.wait([sending], timeout=DISCARD_SECONDS)
    await producer.client.close()


def stop_prefetching(consumer: Any) -> None:
    """Let a started aiokafka consumer fetch only what is asked for (aiokafka 0.14, no option sets it).

    It fetches again after a tenth of a second although fetched records wait for the next poll. That fetch leaves out
    their partitions, and while it is in flight nothing asks for them again: what comes there waits until it ends for
    want of news elsewhere.
    """
    consumer._fetcher._prefetch_backoff = PREFETCH_SECONDS  # noqa: SLF001


def leave_as_dynamic_member(consumer: Any) -> None:
    """Let an aiokafka consumer that is about to stop leave its group at once (aiokafka 0.14).

    It lets the place of a static member stand until its session is over. That is right for one that was killed and
    comes back, and wrong for one that was told to go.
    """
    if consumer._coordinator is not None:  # noqa: SLF001
        consumer._coordinator._group_instance_id = None  # noqa: SLF001


def failed_read(error: Exception) -> tuple[Any, int, int]:
    """Return where ``getmany`` of aiokafka 0.14 has just raised: partition, offset, and the offset behind the batch.

    Its errors say none of it, but the frame in which it unpacks a batch knows all. It raises for the whole fetch, again
    and again, at a header whose name is no UTF-8.
    """
    step = error.__traceback__
    while step is not None:
        known = step.tb_frame.f_locals
        if step.tb_frame.f_code.co_name == "_unpack_records" and "next_batch" in known:
            return known["tp"], int(known["self"].next_fetch_offset), int(known["next_batch"].next_offset)
        step = step.tb_next
    raise RuntimeError("a record cannot be parsed, and its partition cannot be found") from error


def known_positions(consumer: Any) -> dict[Any, int]:
    """Return the position of each partition of an aiokafka consumer that has one yet (aiokafka 0.14).

    Its public ``position()`` waits for those that have none, while the broker is away without end.
    """
    subscription = consumer._subscription.subscription  # noqa: SLF001
    assignment = subscription.assignment if subscription else None
    states = {each: assignment.state_value(each) for each in assignment.tps} if assignment else {}
    return {each: int(state.position) for each, state in states.items() if state.has_valid_position}


def use_decoders(decoders: Mapping[str, Callable[[Any], bytes]]) -> None:
    """Let aiokafka 0.14 unpack batches with ``decoders``, by the names that its own have; it has no option for that."""
    for name, decode in decoders.items():
        for module in (default_records, compiled_records):
            setattr(module, name, decode)


def client_of(consumer: Any) -> Any:
    """Return the connection of an aiokafka consumer, which a producer has as ``client`` (aiokafka 0.14)."""
    return consumer._client  # noqa: SLF001


def use_consumer_class(broker: Any, consumer_class: Callable[..., Any]) -> None:
    """Let the subscribers of a connected FastStream broker use ``consumer_class`` (FastStream 0.7.8, no option)."""
    config: Any = broker.config.broker_config
    config.builder = partial(consumer_class, **config.builder.keywords)


def drop_status_text(span: Any) -> None:
    """Keep of a finished span's status only the code: OpenTelemetry SDK 1.x has no setter for what has ended."""
    span._status = Status(span.status.status_code)  # noqa: SLF001


async def serve_without_signals(server: Any, place: socket.socket) -> None:
    """Serve with uvicorn on ``place``: its public ``serve()`` would take the signals of this process (uvicorn 0.3x)."""
    await server._serve([place])  # noqa: SLF001
