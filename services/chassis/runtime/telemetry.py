"""What a process tells of itself: log lines (structlog, JSON), metrics (Prometheus); traces are `tracing`'s.

A log line is a stable event name and fields, no prose; the correlation id binds the lines of one request across processes.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import MutableMapping
from contextvars import ContextVar
from typing import Any, Final, cast

import structlog
from prometheus_client import Counter, Gauge, Histogram, start_http_server

from chassis.ids import Id, id_text
from chassis.runtime import tracing
from chassis.runtime.config import Settings

REQUESTS = Histogram(
    "cairn_rpc_seconds",
    "Time from a call's arrival to its answer.",
    ["service", "method", "status"],
    buckets=(0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5),
)
REFUSALS = Counter("cairn_refusals_total", "Calls that were refused, by the reason given.", ["service", "reason"])
LOG_HEAD = Gauge("cairn_log_head", "Position of the newest event of a log.", ["log"])
RELAYED = Gauge("cairn_log_relayed", "Position up to which Kafka has acknowledged a log.", ["log"])
CONSUMED = Counter("cairn_consumed_events_total", "Events whose effect is committed.", ["consumer", "log"])
CONSUMER_LAG = Gauge("cairn_consumer_lag", "Messages on a partition that are not consumed yet.", ["consumer", "log", "partition"])
DEAD_LETTERS = Gauge("cairn_dead_letters", "Messages that could not be consumed and wait to be replayed.", ["consumer"])
DIRECTORY_COPY_AGE = Gauge(
    "cairn_directory_copy_age_seconds", "Time since directory last confirmed what the gateway knows of people and their roles."
)
PARTITION_STOPPED = Gauge(
    "cairn_partition_stopped",
    "1: the partition goes no further until its service is rebuilt.",
    ["consumer", "log", "partition"],
)
REFUSED_MESSAGES = Gauge(
    "cairn_refused_messages", "Messages that are no events of the log, since the last rebuild.", ["consumer", "log", "partition"]
)
LOG_DIFFERS = Gauge(
    "cairn_log_differs", "1: what was consumed is not what the log says; a rebuild mends it.", ["consumer", "log", "partition"]
)
COMPARED_AT = Gauge("cairn_log_compared_timestamp_seconds", "When what was consumed was last compared with its log.", ["consumer", "log"])
UNKNOWN_EVENTS = Counter("cairn_unknown_events_total", "Events of a type that this consumer does not know.", ["consumer", "event_type"])


# Without the frames' locals: a token or a person's data in one of them must not end in a log.
_TRACEBACKS = structlog.processors.ExceptionRenderer(structlog.tracebacks.ExceptionDictTransformer(show_locals=False))

CORRELATION: ContextVar[Id | None] = ContextVar("correlation", default=None)
"""The correlation id of the request that is being answered; on every log line of it."""


def logger(**fields: Any) -> structlog.stdlib.BoundLogger:
    """A logger whose every line carries `fields`."""
    return cast(structlog.stdlib.BoundLogger, structlog.get_logger(**fields))


def configure(settings: Settings, service: str) -> None:
    """Sets up logs, metrics and traces of this process; call it once, first."""
    level = logging.getLevelNamesMapping()[settings.log_level.upper()]
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            _with_correlation,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _TRACEBACKS,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(service=service)
    logging.basicConfig(level=max(level, logging.WARNING), format="%(message)s", handlers=[_IntoStructlog()], force=True)
    if settings.metrics_port:
        start_http_server(settings.metrics_port, addr=settings.host)
    if settings.otlp_endpoint:
        tracing.configure(settings.otlp_endpoint, service)


def _with_correlation(_: Any, __: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    if (correlation := CORRELATION.get()) is not None:
        line.setdefault("correlation_id", id_text(correlation))
    return line


_SAY_AGAIN_SECONDS: Final = 5.0
_KINDS_KEPT: Final = 1_000


class _IntoStructlog(logging.Handler):
    """Lines of libraries, in the same form as ours; of each kind one in five seconds, or Kafka's client would say forty a second
    while Kafka is away.
    """

    def __init__(self) -> None:
        super().__init__()
        self._said: dict[tuple[str, str], float] = {}

    def emit(self, record: logging.LogRecord) -> None:
        kind = record.name, str(record.msg)
        if record.created - self._said.get(kind, 0.0) < _SAY_AGAIN_SECONDS:
            return
        if len(self._said) > _KINDS_KEPT:
            self._said.clear()
        self._said[kind] = record.created
        structlog.get_logger().log(
            record.levelno, "library.log", library=record.name, message=record.getMessage(), exc_info=record.exc_info or None
        )
