"""The services behind the gateway: how they are asked, what things are called there, and what their refusals are over HTTP."""

from gateway.backends.asking import Method, in_time, pages_of
from gateway.backends.cursors import Cursors
from gateway.backends.known_positions import KnownPositions
from gateway.backends.rebuilds import REBUILT, Rebuilds, RebuiltName
from gateway.backends.references import NOTHING, ReferenceKind, References, person_request, reference_unknown, unknown_reason
from gateway.backends.refusals import problem_of, problem_of_refusal
from gateway.backends.stubs import BACKENDS, LOGS, BackendName, Backends, LogName

__all__ = [
    "BACKENDS",
    "LOGS",
    "NOTHING",
    "REBUILT",
    "BackendName",
    "Backends",
    "Cursors",
    "KnownPositions",
    "LogName",
    "Method",
    "Rebuilds",
    "RebuiltName",
    "ReferenceKind",
    "References",
    "in_time",
    "pages_of",
    "person_request",
    "problem_of",
    "problem_of_refusal",
    "reference_unknown",
    "unknown_reason",
]
