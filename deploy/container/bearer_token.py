"""Prints a bearer token, for whoever may run containers here; in production an identity provider of your own gives them.

docker compose run --rm token operator
docker compose run --rm token TENANT_ID PERSON_ID
"""

from __future__ import annotations

import sys

from keys import issuer_of

from chassis.ids import parse_id
from chassis.runtime import load
from gateway.auth import NO_TENANT, OPERATOR_ID
from gateway.main import GatewaySettings


def main() -> None:
    """The command line above."""
    asked = sys.argv[1:]
    if asked == ["operator"]:
        tenant_id, person_id = NO_TENANT, OPERATOR_ID
    elif len(asked) == 2:
        tenant_id, person_id = parse_id(asked[0]), parse_id(asked[1])
    else:
        raise SystemExit("say `operator`, or a tenant's id and a person's id; what the person may do, directory says")
    print(issuer_of(load(GatewaySettings)).token(tenant_id, person_id))


if __name__ == "__main__":
    main()
