"""The services behind the gateway: how they are asked, what things are called there, and what their refusals are over HTTP."""

from gateway.backends.cursors import Cursors
from gateway.backends.references import References, Thing, person_request, unknown
from gateway.backends.refusals import problem_of, problem_of_refusal
from gateway.backends.stubs import BACKENDS, BackendName, Backends

__all__ = [
    "BACKENDS",
    "BackendName",
    "Backends",
    "Cursors",
    "References",
    "Thing",
    "person_request",
    "problem_of",
    "problem_of_refusal",
    "unknown",
]
