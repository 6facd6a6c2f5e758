"""Every resource of the API, and what its document says of the whole: its table of contents."""

from __future__ import annotations

from typing import Final

from gateway.http import Api, PathParameter, ProblemExample
from gateway.routes.about import about
from gateway.routes.audit import audit
from gateway.routes.browser_session import browser_session
from gateway.routes.catalogues import catalogues
from gateway.routes.changes import changes
from gateway.routes.check_ins import check_ins
from gateway.routes.clock import clock
from gateway.routes.coach import advice
from gateway.routes.comments import comments
from gateway.routes.cycles import cycles
from gateway.routes.effort import effort
from gateway.routes.events import events
from gateway.routes.exports import exports
from gateway.routes.imports import imports
from gateway.routes.inbox import inbox
from gateway.routes.issuer_sign_in import issuer_sign_in
from gateway.routes.key_results import key_results
from gateway.routes.kpis import kpis
from gateway.routes.logs import logs
from gateway.routes.me import me
from gateway.routes.objectives import objectives
from gateway.routes.operations import operations
from gateway.routes.people import people
from gateway.routes.saved_views import saved_views
from gateway.routes.settings import settings
from gateway.routes.sign_in import sign_in
from gateway.routes.teams import teams
from gateway.routes.templates import templates
from gateway.routes.tenants import tenants
from gateway.routes.trees_and_history import trees_and_history
from gateway.routes.views import views
from gateway.routes.vision import vision
from gateway.routes.work import initiatives, milestones, tasks
from gateway.schemas.enums import REACTIONS
from gateway.schemas.fields import PATTERN_WORDS

API: Final = Api(
    resources=(
        sign_in,
        browser_session,
        issuer_sign_in,
        me,
        tenants,
        people,
        teams,
        vision,
        saved_views,
        settings,
        cycles,
        objectives,
        key_results,
        check_ins,
        kpis,
        tasks,
        initiatives,
        effort,
        milestones,
        comments,
        trees_and_history,
        views,
        imports,
        exports,
        advice,
        templates,
        inbox,
        audit,
        events,
        changes,
        operations,
        clock,
        logs,
        catalogues,
        about,
    ),
    namespace="cairn",
    title="Cairn",
    version="1.0.0",
    summary="Objectives and key results, event-sourced.",
    description=(
        "Objectives and key results as events: every command is durable when it is answered, every number can be had as of any day, "
        "as far as it was known at any instant.\n\n"
        "An id is a UUID. Wherever the id of an objective, key result, cycle, person, team or pillar stands, its reference is accepted too "
        "(J1, J1/3, a cycle's name, a handle, a team's name). A command answers with the positions of its events; handed back in "
        "`Cairn-After`, a question waits until they are folded in. `ETag` and `If-Match` keep two people from overwriting each other, "
        "`Idempotency-Key` makes a command safe to send again. How much one person and one tenant may ask for is limited, as "
        "`RateLimit` and `RateLimit-Policy` of every answer say. What goes wrong is a problem (RFC 9457) with a stable `reason`."
    ),
    license="Apache-2.0",
    cookie_description=(
        "A browser's session (POST /v1/session), in a cookie of which no script learns; over HTTPS it is called so, over HTTP on this "
        "machine cairn_session_ and the port. A bearer token beside it counts, and not the cookie."
    ),
    csrf_description="1, with whatever is signed in by a cookie and is not GET or HEAD: what no form and no link of another site can send.",
    token_description="A JWT of a known issuer; POST /v1/sign-in gives one on the embedded default.",  # noqa: S106 - no token, but how one comes by it
    path_parameters={
        "ref": PathParameter("Its id, or its reference. A slash in it may stand as it is, or as %2F.", "J1", may_hold_slashes=True),
        "person": PathParameter("A person's id or handle.", "admin"),
        "team": PathParameter("A team's id or name.", "Core"),
        "pillar": PathParameter("A strategic pillar's id, reference or title.", "growth"),
        "view": PathParameter("A saved view's id, or the name of one of your own.", "At risk"),
        "setting": PathParameter("A setting's name.", "bounds"),
        "tenant": PathParameter("A tenant's id or name.", "acme"),
        "cycle": PathParameter("A cycle's id or name.", "2026-Q1"),
        "objective": PathParameter("The other objective's id or reference.", "J2"),
        "service": PathParameter("A service that keeps what is made from logs: progress, audit, notifications or checkins.", "progress"),
        "log": PathParameter("A log, by the service that keeps it: directory, goals, checkins, progress or notifications.", "checkins"),
        "task": PathParameter("A task's id or reference.", "T1"),
        "initiative": PathParameter("An initiative's id or reference.", "I1"),
        "effort": PathParameter("The id of time that you logged.", "01a0c7e2-5b1d-7c3e-9f52-3f0f4c1f7a12"),
        "milestone": PathParameter("A milestone's id or reference.", "M1"),
        "kpi": PathParameter("A KPI's id or reference.", "churn"),
        "template": PathParameter("A template's id or reference: of a tenant's own its name, where no other has it.", "sales-larger-deals"),
        "measurement": PathParameter("The id of a value of a KPI.", "01a0c7e2-5b1d-7c3e-9f52-3f0f4c1f7a11"),
        "check_in": PathParameter("A check-in's id.", "01a0c7e2-5b1d-7c3e-9f52-3f0f4c1f7a10"),
        "comment": PathParameter("A comment's id.", "01a0c7e2-5b1d-7c3e-9f52-3f0f4c1f7a10"),
        "reaction": PathParameter(f"A reaction: {', '.join(REACTIONS.all_words())}.", "thumbs_up"),
    },
    pattern_words=PATTERN_WORDS,
    problem_examples={
        400: ProblemExample("JSON_MALFORMED", "the body is not JSON: line 1, column 11 cannot be read as JSON", "body"),
        401: ProblemExample("TOKEN_EXPIRED", "this token has expired; sign in again"),
        403: ProblemExample("ROLE_REQUIRED", "this needs the role admin; you have member"),
        404: ProblemExample("OBJECTIVE_UNKNOWN", "there is no objective 'J9' in this tenant; give its id or its reference"),
        408: ProblemExample("BODY_TOO_SLOW", "a body is sent within 30 seconds; send less, or in several requests"),
        409: ProblemExample("OBJECTIVE_CLOSED", "this objective is closed; it takes no check-ins"),
        412: ProblemExample("STALE_VERSION", "you decided on version 3, the newest is 4; read it again"),
        413: ProblemExample("BODY_TOO_LARGE", "a body here has at most 1048576 bytes; send less, or in several requests"),
        415: ProblemExample("NOT_JSON", "the body must be application/json, this one is text/plain"),
        421: ProblemExample(
            "HOST_UNKNOWN", "'rebound.example' is no name that this is called by; CAIRN_HOSTS lists those beside the loopback's"
        ),
        422: ProblemExample("INVALID_ARGUMENT", "title: must have 1 or more characters; got ''", "title"),
        429: ProblemExample("TOO_MANY_REQUESTS", "one person may make 100 requests a second here; ask again in 1 s"),
        500: ProblemExample("INTERNAL", "this was not your fault; the correlation id names it in our logs"),
        503: ProblemExample("UNAVAILABLE", "a service does not answer"),
    },
)
