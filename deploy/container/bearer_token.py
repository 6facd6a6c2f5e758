"""Prints a bearer token, for whoever may run containers here; in production an identity provider of your own gives them.

docker compose run --rm token operator
docker compose run --rm token TENANT_ID PERSON_ID ROLE...
"""

from __future__ import annotations

import sys

from keys import issuer_of

from chassis.calls import Identity
from chassis.ids import parse_id
from chassis.runtime import load
from gateway.auth import operator
from gateway.main import GatewaySettings


def main() -> None:
    """The command line above."""
    asked = sys.argv[1:]
    if asked == ["operator"]:
        identity = operator()
    elif len(asked) >= 3:
        identity = Identity(parse_id(asked[0]), parse_id(asked[1]), frozenset(asked[2:]))
    else:
        raise SystemExit("say `operator`, or a tenant's id, a person's id and the roles")
    print(issuer_of(load(GatewaySettings).issuer_key).token(identity))


if __name__ == "__main__":
    main()
