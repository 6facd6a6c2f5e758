"""The table of Kafka's users: it names processes that there are, and allows each no more than it is for."""

from __future__ import annotations

from pathlib import Path

import pytest
from confluent_kafka.admin import AclOperation

from audit.actions import LOGS
from stack.access import rules_of
from stack.kafka_users import KAFKA_USERS, KafkaUser
from stack.layout import Layout
from stack.services import BY_NAME, SERVICES

USERS = {user.name: user for user in KAFKA_USERS}
each_user = pytest.mark.parametrize("user", KAFKA_USERS, ids=lambda user: user.name)


def test_every_user_is_a_process() -> None:
    assert set(USERS) <= set(BY_NAME)


def test_the_relay_sends_what_it_reads() -> None:
    assert USERS["relay"].relays == BY_NAME["relay"].reads_logs


def test_audit_may_read_what_it_consumes() -> None:
    assert USERS["audit"].consumes == tuple(LOGS)


def test_a_log_that_is_consumed_is_relayed() -> None:
    assert {log for user in KAFKA_USERS for log in user.consumes} <= set(USERS["relay"].relays)


@each_user
def test_only_the_relay_may_write_events(user: KafkaUser) -> None:
    written = {rule.name for rule in rules_of(user) if rule.operation is AclOperation.WRITE}
    assert any(name.endswith(".events.v1") for name in written) == (user.name == "relay")


@each_user
def test_rules_name_what_they_are_about_and_never_a_pattern(user: KafkaUser) -> None:
    assert rules_of(user)
    for rule in rules_of(user):
        assert rule.name.startswith("cairn.")
        assert rule.principal == f"User:{user.name}"
        assert rule.operation in {AclOperation.READ, AclOperation.WRITE, AclOperation.CREATE}


def test_only_who_has_a_user_is_told_a_password(tmp_path: Path) -> None:
    layout = Layout(tmp_path, 9600)
    told = {service.name for service in SERVICES if "CAIRN_KAFKA_PASSWORD_FILE" in layout.environment(service.name)}
    assert told == set(USERS)
