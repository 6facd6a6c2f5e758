"""Kafka's users: how they are given passwords and rules, and who administers them."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any, Final

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

SECONDS: Final = 30.0
"""That Kafka may take for one change."""

_ITERATIONS: Final = 4096  # the passwords are random: more rounds would make guessing no harder, and every sign-in dearer
_ANYWHERE: Final = "*"
_WHICHEVER: Any = None  # the library's own way of saying so, which its types leave out
_PAUSE_SECONDS: Final = 0.05


class AccessError(Exception):
    """Kafka does not take the users or their rules. Its text is one line."""


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


def rule(
    user: str, operation: AclOperation, name: str, kind: ResourceType = ResourceType.TOPIC, *, and_all_that_begin_so: bool = False
) -> AclBinding:
    """That a user may do something with a thing of a name, from anywhere."""
    pattern = ResourcePatternType.PREFIXED if and_all_that_begin_so else ResourcePatternType.LITERAL
    return AclBinding(kind, name, pattern, f"User:{user}", _ANYWHERE, operation, AclPermissionType.ALLOW)


def give_passwords(admin: AdminClient, passwords: Mapping[str, str], seconds: float = SECONDS) -> None:
    """Makes users, or gives them other passwords. Raises KafkaException."""
    how = ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, _ITERATIONS)
    alterations: list[UserScramCredentialAlteration] = [
        UserScramCredentialUpsertion(name, how, password.encode()) for name, password in passwords.items()
    ]
    for altered in admin.alter_user_scram_credentials(alterations, request_timeout=seconds).values():
        altered.result()


def rules_of_users(admin: AdminClient, concerns: Callable[[str], bool], seconds: float = SECONDS) -> set[AclBinding]:
    """The rules of those users whose names concern us. Raises KafkaException."""
    any_rule = AclBindingFilter(
        ResourceType.ANY,
        name=_WHICHEVER,
        resource_pattern_type=ResourcePatternType.ANY,
        principal=_WHICHEVER,
        host=_WHICHEVER,
        operation=AclOperation.ANY,
        permission_type=AclPermissionType.ANY,
    )
    rules = admin.describe_acls(any_rule, request_timeout=seconds).result()
    return {found for found in rules if concerns(found.principal.removeprefix("User:"))}


def change_rules(admin: AdminClient, concerns: Callable[[str], bool], wanted: set[AclBinding], seconds: float = SECONDS) -> None:
    """Gives the users who concern us just these rules; returns once brokers know them, and what was changed before.

    The controller answers before the brokers have heard, and who signs in too early would be refused. Brokers hear of everything in the
    order in which it was done: once they know the rules they know the passwords, given before. Raises AccessError, and KafkaException.
    """
    held = rules_of_users(admin, concerns, seconds)
    for asked in (
        admin.create_acls(sorted(wanted - held, key=str), request_timeout=seconds) if wanted - held else {},
        admin.delete_acls([_exactly(each) for each in held - wanted], request_timeout=seconds) if held - wanted else {},
    ):
        for each in asked.values():
            each.result()
    deadline = time.monotonic() + seconds
    while rules_of_users(admin, concerns, seconds) != wanted:
        if time.monotonic() > deadline:
            raise AccessError(f"Kafka does not know its users and their rules after {seconds:.0f} s")
        time.sleep(_PAUSE_SECONDS)


def _exactly(rule: AclBinding) -> AclBindingFilter:
    return AclBindingFilter(
        rule.restype, rule.name, rule.resource_pattern_type, rule.principal, rule.host, rule.operation, rule.permission_type
    )
