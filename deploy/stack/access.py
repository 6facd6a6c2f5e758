"""Makes Kafka's users and their rules: each may do just what is its own.

    python -m stack.access          for Kafka in containers, or one that somebody else runs

It is told CAIRN_KAFKA_BOOTSTRAP, CAIRN_KAFKA_SECURITY_PROTOCOL and CAIRN_KAFKA_CA_FILE as services are, CAIRN_KAFKA_USERNAME and
CAIRN_KAFKA_PASSWORD_FILE of a user who may alter users and rules, CAIRN_KAFKA_ADMIN_MECHANISM as that one signs in (PLAIN, unless told),
and CAIRN_KAFKA_PASSWORDS, a folder in which `USER/password` are the passwords that users are to have.
"""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from confluent_kafka import KafkaException
from confluent_kafka.admin import (
    AclBinding,
    AclBindingFilter,
    AclOperation,
    AclPermissionType,
    AdminClient,
    ResourcePatternType,
    ResourceType,
    ScramCredentialInfo,
    ScramMechanism,
    UserScramCredentialAlteration,
    UserScramCredentialUpsertion,
)

from chassis.kafka.topics import dead_letters_topic, events_topic
from stack.kafka_users import KAFKA_USERS, KafkaUser

_ITERATIONS = 4096  # the passwords are random: more rounds would make guessing no harder, and every sign-in dearer
_ANYWHERE = "*"
_WHICHEVER: Any = None  # the library's own way of saying so, which its types leave out
_ANY_RULE = AclBindingFilter(
    ResourceType.ANY,
    name=_WHICHEVER,
    resource_pattern_type=ResourcePatternType.ANY,
    principal=_WHICHEVER,
    host=_WHICHEVER,
    operation=AclOperation.ANY,
    permission_type=AclPermissionType.ANY,
)
_SECONDS = 30.0
_PAUSE_SECONDS = 0.05


class AccessError(Exception):
    """Kafka does not take the users or their rules. Its text is one line."""


def rules_of(user: KafkaUser) -> set[AclBinding]:
    """All that a user may do. Whoever may read or write a topic may also ask where it is and where it ends."""

    def may(operation: AclOperation, name: str, kind: ResourceType = ResourceType.TOPIC) -> AclBinding:
        who = f"User:{user.name}"
        return AclBinding(kind, name, ResourcePatternType.LITERAL, who, _ANYWHERE, operation, AclPermissionType.ALLOW)

    rules = set[AclBinding]()
    for log in user.relays:
        rules |= {may(operation, events_topic(log)) for operation in (AclOperation.CREATE, AclOperation.WRITE, AclOperation.READ)}
    if user.consumes:
        letters = dead_letters_topic(user.name)
        rules |= {may(AclOperation.CREATE, letters), may(AclOperation.WRITE, letters)}
        rules |= {may(AclOperation.READ, events_topic(log)) for log in user.consumes}
        rules.add(may(AclOperation.READ, f"cairn.{user.name}", ResourceType.GROUP))
    return rules


def grant(admin: AdminClient, passwords: Mapping[str, str], seconds: float = _SECONDS) -> None:
    """Gives users their passwords, and the users of the table just the rules that they are to have; returns once these hold.

    A user that is there already gets the password all the same, so that the files decide. Rules that a user of the table should not have
    are taken away; those of other users are left alone. Raises AccessError.
    """
    wanted = {rule for user in KAFKA_USERS for rule in rules_of(user)}
    try:
        _give_passwords(admin, passwords, seconds)
        held = _rules_of_the_table(admin, seconds)
        for asked in (
            admin.create_acls(sorted(wanted - held, key=str), request_timeout=seconds) if wanted - held else {},
            admin.delete_acls([_exactly(rule) for rule in held - wanted], request_timeout=seconds) if held - wanted else {},
        ):
            for each in asked.values():
                each.result()
        _wait_until_known(admin, wanted, seconds)
    except KafkaException as failure:
        raise AccessError(f"Kafka does not take its users and their rules: {failure.args[0].str()}") from None


def admin_client(bootstrap: str, username: str, password: str, others: Mapping[str, str] | None = None) -> AdminClient:
    """Kafka's administration, signed in as a user who may alter users and rules: by PLAIN over SASL_PLAINTEXT, unless `others` say."""
    told: dict[str, str | int | float | bool] = {
        "bootstrap.servers": bootstrap,
        "security.protocol": "SASL_PLAINTEXT",
        "sasl.mechanism": "PLAIN",
        "sasl.username": username,
        "sasl.password": password,
        "log_level": 0,  # what fails is told where it is waited for
        **(others or {}),
    }
    return AdminClient(told)


def _give_passwords(admin: AdminClient, passwords: Mapping[str, str], seconds: float) -> None:
    how = ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, _ITERATIONS)
    alterations: list[UserScramCredentialAlteration] = [
        UserScramCredentialUpsertion(name, how, password.encode()) for name, password in passwords.items()
    ]
    for altered in admin.alter_user_scram_credentials(alterations, request_timeout=seconds).values():
        altered.result()


def _rules_of_the_table(admin: AdminClient, seconds: float) -> set[AclBinding]:
    principals = {f"User:{user.name}" for user in KAFKA_USERS}
    rules = admin.describe_acls(_ANY_RULE, request_timeout=seconds).result()
    return {rule for rule in rules if rule.principal in principals}


def _exactly(rule: AclBinding) -> AclBindingFilter:
    return AclBindingFilter(
        rule.restype, rule.name, rule.resource_pattern_type, rule.principal, rule.host, rule.operation, rule.permission_type
    )


def _wait_until_known(admin: AdminClient, wanted: set[AclBinding], seconds: float) -> None:
    """The controller answers before the brokers have heard, and who signs in too early would be refused.

    Brokers hear of everything in the order in which it was done: once they know the rules they know the passwords, given before.
    """
    deadline = time.monotonic() + seconds
    while _rules_of_the_table(admin, seconds) != wanted:
        if time.monotonic() > deadline:
            raise AccessError(f"Kafka does not know its users and their rules after {seconds:.0f} s")
        time.sleep(_PAUSE_SECONDS)


def main() -> None:
    """The command line above."""
    told = os.environ
    names = [user.name for user in KAFKA_USERS] + ["operator"]
    others = {"sasl.mechanism": told.get("CAIRN_KAFKA_ADMIN_MECHANISM", "PLAIN")}
    others["security.protocol"] = told.get("CAIRN_KAFKA_SECURITY_PROTOCOL", "SASL_PLAINTEXT")
    if authority := told.get("CAIRN_KAFKA_CA_FILE"):
        others["ssl.ca.location"] = authority
    try:
        password = Path(told["CAIRN_KAFKA_PASSWORD_FILE"]).read_text().strip()
        passwords = {name: (Path(told["CAIRN_KAFKA_PASSWORDS"]) / name / "password").read_text().strip() for name in names}
        grant(admin_client(told["CAIRN_KAFKA_BOOTSTRAP"], told["CAIRN_KAFKA_USERNAME"], password, others), passwords)
    except KeyError as missing:
        raise SystemExit(f"cairn: {missing.args[0]} is not told") from None
    except OSError as failure:
        raise SystemExit(f"cairn: {failure.filename}: {failure.strerror}") from None
    except AccessError as failure:
        raise SystemExit(f"cairn: {failure}") from None


if __name__ == "__main__":
    main()
