"""Every limit that whoever asks may meet, of requests and of what they bring. The numbers stand where they are enforced."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from chassis.rpc import PAGE_BYTES
from gateway.catalogues import Limit
from gateway.http import REQUESTS, Api, AtOnce, RateLimit
from gateway.http.limits import BODY_LIMIT, BODY_SECONDS, UNKNOWN_BODY_LIMIT
from gateway.http.request import MOST_PARAMETERS
from gateway.http.server import HEADER_BYTES, HEADER_SECONDS
from gateway.importing import uploads
from gateway.importing.planner import MOST_ROWS, MOST_ROWS_OF_A_DAY
from gateway.importing.tables import MOST_LINES
from gateway.routes.limits import CHECK_INS_BYTES
from gateway.schemas import check_ins, pages
from shared.limits import (
    LARGEST_NUMBER,
    LARGEST_WEIGHT,
    LONGEST_ADDRESS,
    MOST_COMMENTS,
    MOST_FEEDS,
    MOST_KEY_RESULTS,
    MOST_MENTIONS,
    MOST_MILESTONES,
    MOST_PILLARS,
    MOST_PLANNED,
    MOST_REACTIONS,
    MOST_SUMS_IN_A_CHAIN,
    MOST_TEAMS,
    MOST_TEAMS_ABOVE_ONE_ANOTHER,
    MOST_TEMPLATES,
    MOST_VIEWS,
)


def at_once_of(api: Api) -> dict[str, AtOnce]:
    """What the operations of an API declare of how many may be under way at once, by what they limit."""
    return {limit.what: limit for limit in (REQUESTS, *(operation.at_once for operation in api.operations)) if limit is not None}


def limits_of(api: Api, rates: Sequence[RateLimit], at_once: Mapping[str, AtOnce]) -> list[Limit]:
    """Every limit that whoever asks may meet; `rates` and `at_once` are what is set."""
    return [*_OF_REQUESTS, *map(_of_rate, rates), *_of_what_is_under_way({**at_once_of(api), **at_once}), *_OF_CONTENT]


_OF_REQUESTS: Final = (
    Limit("body_bytes", BODY_LIMIT, "bytes", "a body, where its operation says nothing else", "BODY_TOO_LARGE"),
    Limit("check_ins_body_bytes", CHECK_INS_BYTES, "bytes", "a body of many check-ins", "BODY_TOO_LARGE"),
    Limit("import_body_bytes", uploads.MOST_BYTES, "bytes", "the tables of an import, packed or not", "BODY_TOO_LARGE"),
    Limit("unknown_body_bytes", UNKNOWN_BODY_LIMIT, "bytes", "a body of somebody who has not signed in yet", "BODY_TOO_LARGE"),
    Limit("body_seconds", BODY_SECONDS, "s", "from a body's first byte to its last", "BODY_TOO_SLOW"),
    Limit("header_bytes", HEADER_BYTES, "bytes", "a request line and its headers", "HEADERS_TOO_LARGE"),
    Limit("header_seconds", HEADER_SECONDS, "s", "until the headers are there; then the connection is closed", ""),
    Limit("query_parameters", MOST_PARAMETERS, "parameters", "behind the question mark", "QUERY_MALFORMED"),
    Limit("page_items", pages.MOST_ITEMS, "items", "a page of a list: `limit`", "INVALID_ARGUMENT"),
    Limit("page_bytes", PAGE_BYTES, "bytes", "a page of a list, which ends sooner then", ""),
)
_OF_CONTENT: Final = (
    Limit("check_ins_at_once", check_ins.MOST_ROWS, "rows", "check-ins that are sent together", "INVALID_ARGUMENT"),
    Limit("teams", MOST_TEAMS, "teams", "of a tenant, those that were dissolved among them", "TOO_MANY_TEAMS"),
    Limit("pillars", MOST_PILLARS, "pillars", "of a tenant, those that were removed among them", "TOO_MANY_PILLARS"),
    Limit("teams_above_one_another", MOST_TEAMS_ABOVE_ONE_ANOTHER, "teams", "from one at the top to the lowest below it", "TEAMS_TOO_DEEP"),
    Limit("key_results", MOST_KEY_RESULTS, "key results", "of an objective, cancelled ones among them", "TOO_MANY_KEY_RESULTS"),
    Limit("planned_days", MOST_PLANNED, "days", "of a key result's plan", "INVALID_ARGUMENT"),
    Limit("templates", MOST_TEMPLATES, "templates", "of a tenant's own", "TOO_MANY_TEMPLATES"),
    Limit("views", MOST_VIEWS, "views", "saved by one person", "TOO_MANY_VIEWS"),
    Limit("view_address", LONGEST_ADDRESS, "characters", "of the address of a saved view", "INVALID_ARGUMENT"),
    Limit("milestones", MOST_MILESTONES, "milestones", "of a key result", "INVALID_ARGUMENT"),
    Limit("comments", MOST_COMMENTS, "comments", "on one objective, key result or check-in", "TOO_MANY_COMMENTS"),
    Limit("reactions", MOST_REACTIONS, "reactions", "to one comment", "TOO_MANY_REACTIONS"),
    Limit("mentions", MOST_MENTIONS, "words", "behind an @ in one comment", "TOO_MANY_MENTIONS"),
    Limit("feeds", MOST_FEEDS, "key results and KPIs", "that feed a sum", "INVALID_ARGUMENT"),
    Limit("sums_in_a_chain", MOST_SUMS_IN_A_CHAIN, "sums", "of which each feeds the next", "SUM_TOO_DEEP"),
    Limit("number", LARGEST_NUMBER, "", "a start, a target, a value, on either side of 0", "INVALID_ARGUMENT"),
    Limit("weight", LARGEST_WEIGHT, "", "a weight, from 0", "INVALID_ARGUMENT"),
    Limit("import_rows", MOST_ROWS, "rows", "of all tables of an import", "TABLES_UNREADABLE"),
    Limit("import_lines", MOST_LINES, "lines", "of a table, blank ones among them", "TABLES_UNREADABLE"),
    Limit("import_zip_entries", uploads.MOST_ENTRIES, "entries", "files and folders in the zip of an import", "TABLES_UNREADABLE"),
    Limit("import_zip_times", uploads.MOST_TIMES, "times", "as large as it is packed: a table of over 4 MiB in a zip", "TABLES_UNREADABLE"),
    Limit(
        "import_rows_of_a_day",
        MOST_ROWS_OF_A_DAY,
        "rows",
        "check-ins of one key result, day and person; grades of one key result and day; a row beyond is refused by itself",
        "",
    ),
)
_SETTINGS: Final = {"person": "CAIRN_REQUESTS_PER_SECOND", "tenant": "CAIRN_TENANT_REQUESTS_PER_SECOND"}


def _of_rate(rate: RateLimit) -> Limit:
    name, setting = f"{rate.kind}_requests_per_second", _SETTINGS[rate.kind]
    meaning = f"one {rate.kind}, on average; {rate.burst_seconds:g} times as many at once; 0: as many as they like"
    return Limit(name, rate.per_second, "requests/s", meaning, "TOO_MANY_REQUESTS", setting)


def _of_what_is_under_way(at_once: Mapping[str, AtOnce]) -> Iterator[Limit]:
    for what, limit in at_once.items():
        for whose, most in (("person", limit.person), ("tenant", limit.tenant), ("all", limit.all)):
            reason = "BUSY" if whose == "all" else "TOO_MANY_AT_ONCE"
            of = "of everybody" if whose == "all" else f"of one {whose}"
            words = what.replace("_", " ")
            yield Limit(f"{what}_at_once_{whose}", most, words, f"under way at once, {of}", reason, "CAIRN_AT_ONCE")
