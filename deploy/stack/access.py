"""Who signs in to Kafka, and what each may do there: one user for every process that uses it, each allowed just what is its own.

    python access.py          makes the users and their rules: for Kafka in containers, or one that somebody else runs

It is told CAIRN_KAFKA_BOOTSTRAP, CAIRN_KAFKA_SECURITY_PROTOCOL and CAIRN_KAFKA_CA_FILE as services are, CAIRN_KAFKA_USERNAME and
CAIRN_KAFKA_PASSWORD_FILE of a user who may alter users and rules, CAIRN_KAFKA_ADMIN_MECHANISM as that one signs in (PLAIN, unless told),
and CAIRN_KAFKA_PASSWORDS, a folder in which `USER/password` are the passwords that users are to have. Imports nothing of its package.
"""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
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


@dataclass(frozen=True)
class KafkaUser:
    """A process that uses Kafka: `relays` names the logs whose events it sends, `consumes` the logs whose events it takes in."""

    name: str
    relays: tuple[str, ...] = ()
    consumes: tuple[str, ...] = ()

    def rules(self) -> set[AclBinding]:
        """All that it may do. Whoever may read or write a topic may also ask where it is and where it ends."""
        rules = set[AclBinding]()
        for log in self.relays:
            rules |= {self._may(AclOperation.CREATE, events_topic(log)), self._may(AclOperation.WRITE, events_topic(log))}
        if self.consumes:
            letters = dead_letters_topic(self.name)
            rules |= {self._may(AclOperation.CREATE, letters), self._may(AclOperation.WRITE, letters)}
            rules |= {self._may(AclOperation.READ, events_topic(log)) for log in self.consumes}
            rules.add(self._may(AclOperation.READ, f"cairn.{self.name}", ResourceType.GROUP))
        return rules

    def _may(self, operation: AclOperation, name: str, kind: ResourceType = ResourceType.TOPIC) -> AclBinding:
        who = f"User:{self.name}"
        return AclBinding(kind, name, ResourcePatternType.LITERAL, who, _ANYWHERE, operation, AclPermissionType.ALLOW)


KAFKA_USERS = (
    KafkaUser("relay", relays=("directory", "goals", "checkins", "progress")),
    KafkaUser("checkins", consumes=("goals",)),
    KafkaUser("progress", consumes=("goals", "checkins")),
    KafkaUser("notifications", consumes=("progress",)),
    KafkaUser("audit", consumes=("directory", "goals", "checkins", "progress")),
)


def grant(admin: AdminClient, passwords: Mapping[str, str], seconds: float = _SECONDS) -> None:
    """Gives users their passwords, and the users of the table just the rules that they are to have; returns once these hold.

    A user that is there already gets the password all the same, so that the files decide. Rules that a user of the table should not have
    are taken away; those of other users are left alone. Raises AccessError.
    """
    wanted = {rule for user in KAFKA_USERS for rule in user.rules()}
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
