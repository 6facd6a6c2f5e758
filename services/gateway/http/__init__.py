"""A small framework for HTTP APIs over Starlette: operations declared once, checked, answered and documented from that declaration.

It knows nothing of this product; what the product says of itself stands in its `Api`. Starlette gives responses and streams;
routing and requests are our own (decision 8 says what that saves, and what it gives).
"""

from gateway.http.application import Application
from gateway.http.at_once import REQUESTS, AtOnce
from gateway.http.caching import not_modified, tag_of
from gateway.http.cookies import CSRF_HEADER, Cookies
from gateway.http.hosts import AllowedHosts
from gateway.http.kinds import ByPresence, ByWord, OneOf
from gateway.http.limits import Quota, RateLimit, RateLimiter
from gateway.http.models import Answer, AnyOf, Body, Change, Query
from gateway.http.openapi import document, document_bytes
from gateway.http.page import page
from gateway.http.problems import Problem, ProblemDocument, malformed, problem_of_validation
from gateway.http.request import Request
from gateway.http.responses import CONTENT_LOCATION, EVENT_STREAM, JSON, LINES, LOCATION, JsonResponse, json_response
from gateway.http.routing import Api, Header, Operation, PathParameter, ProblemExample, Resource, Router, path_words
from gateway.http.server import Tls, require_free, serving

__all__ = [
    "CONTENT_LOCATION",
    "CSRF_HEADER",
    "EVENT_STREAM",
    "JSON",
    "LINES",
    "LOCATION",
    "REQUESTS",
    "AllowedHosts",
    "Answer",
    "AnyOf",
    "Api",
    "Application",
    "AtOnce",
    "Body",
    "ByPresence",
    "ByWord",
    "Change",
    "Cookies",
    "Header",
    "JsonResponse",
    "OneOf",
    "Operation",
    "PathParameter",
    "Problem",
    "ProblemDocument",
    "ProblemExample",
    "Query",
    "Quota",
    "RateLimit",
    "RateLimiter",
    "Request",
    "Resource",
    "Router",
    "Tls",
    "document",
    "document_bytes",
    "json_response",
    "malformed",
    "not_modified",
    "page",
    "path_words",
    "problem_of_validation",
    "require_free",
    "serving",
    "tag_of",
]
