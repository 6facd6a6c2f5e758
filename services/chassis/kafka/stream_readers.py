"""Users of Kafka for the programs of others: they read topics, in consumer groups of their own, and do nothing else."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable
from concurrent.futures import Future
from typing import Final

from confluent_kafka import KafkaException
from confluent_kafka.admin import AclBinding, AclOperation, AdminClient, ResourceType, ScramMechanism, UserScramCredentialDeletion

from chassis.kafka.users import SECONDS, AccessError, change_rules, give_passwords, rule

PREFIX: Final = "reader-"
"""What their users' names begin with: nobody else's does."""

_NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


def user_of(name: str) -> str:
    """The user that a reader signs in as. Raises AccessError for a name that none can have."""
    if _NAME.fullmatch(name) is None:
        raise AccessError(
            f"{name[:60]!r} cannot be a reader's name: it has 1 to 40 lower-case letters, digits and hyphens, no hyphen first"
        )
    return PREFIX + name


def add(admin: AdminClient, name: str, topics: Iterable[str]) -> str:
    """Makes a reader of topics; answers the password, which nobody can be told again. Raises AccessError where there is one of the name."""
    user = user_of(name)
    try:
        if name in readers(admin):
            raise AccessError(f"there is a reader {name}; remove it first to give it another password")
        password = secrets.token_urlsafe(24)
        give_passwords(admin, {user: password})
        change_rules(admin, user.__eq__, _rules(user, topics))
    except KafkaException as failure:
        raise _failed(failure) from None
    return password


def readers(admin: AdminClient) -> list[str]:
    """The names of all readers. Raises AccessError."""
    try:
        asked = admin.describe_user_scram_credentials(request_timeout=SECONDS)
        assert isinstance(asked, Future), "of all users, not of some"
        users = asked.result()
    except KafkaException as failure:
        raise _failed(failure) from None
    return sorted(user.removeprefix(PREFIX) for user in users if user.startswith(PREFIX))


def remove(admin: AdminClient, name: str) -> None:
    """Takes a reader its rules and its password. What it has open reads nothing more. Raises AccessError where there is none."""
    user = user_of(name)
    try:
        if name not in readers(admin):
            raise AccessError(f"there is no reader {name}")
        change_rules(admin, user.__eq__, set())
        deletion = UserScramCredentialDeletion(user, ScramMechanism.SCRAM_SHA_512)
        for altered in admin.alter_user_scram_credentials([deletion], request_timeout=SECONDS).values():
            altered.result()
    except KafkaException as failure:
        raise _failed(failure) from None


def _rules(user: str, topics: Iterable[str]) -> set[AclBinding]:
    rules = {rule(user, AclOperation.READ, topic) for topic in topics}
    return rules | {rule(user, AclOperation.READ, f"{user}.", ResourceType.GROUP, and_all_that_begin_so=True)}


def _failed(failure: KafkaException) -> AccessError:
    return AccessError(f"Kafka does not do it: {failure.args[0].str()}")
