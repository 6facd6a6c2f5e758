"""Makes Kafka's users and their rules: each may do just what is its own.

    python -m stack.access          for Kafka in containers, or one that somebody else runs

It is told CAIRN_KAFKA_BOOTSTRAP, CAIRN_KAFKA_SECURITY_PROTOCOL and CAIRN_KAFKA_CA_FILE as services are, CAIRN_KAFKA_USERNAME and
CAIRN_KAFKA_PASSWORD_FILE of a user who may alter users and rules, CAIRN_KAFKA_ADMIN_MECHANISM as that one signs in (PLAIN, unless told),
and CAIRN_KAFKA_PASSWORDS, a folder in which `USER/password` are the passwords that users are to have.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from confluent_kafka import KafkaException
from confluent_kafka.admin import AclBinding, AclOperation, AdminClient, ResourceType

from chassis.kafka.topics import dead_letters_topic, events_topic, state_topic
from chassis.kafka.users import SECONDS, AccessError, admin_client, change_rules, give_passwords, rule
from stack.kafka_users import KAFKA_USERS, KafkaUser


def rules_of(user: KafkaUser) -> set[AclBinding]:
    """All that a user may do. Whoever may read or write a topic may also ask where it is and where it ends."""
    rules = set[AclBinding]()
    owned = [*map(events_topic, user.relays), *([state_topic(user.name)] if user.tells_states else [])]
    for topic in owned:
        rules |= {rule(user.name, operation, topic) for operation in (AclOperation.CREATE, AclOperation.WRITE, AclOperation.READ)}
    if user.consumes:
        letters = dead_letters_topic(user.name)
        rules |= {rule(user.name, operation, letters) for operation in (AclOperation.CREATE, AclOperation.WRITE)}
        rules |= {rule(user.name, AclOperation.READ, events_topic(log)) for log in user.consumes}
        rules.add(rule(user.name, AclOperation.READ, f"cairn.{user.name}", ResourceType.GROUP))
    return rules


def grant(admin: AdminClient, passwords: Mapping[str, str], seconds: float = SECONDS) -> None:
    """Gives users their passwords, and the users of the table just the rules that they are to have; returns once these hold.

    A user that is there already gets the password all the same, so that the files decide. Rules that a user of the table should not have
    are taken away; those of other users are left alone. Raises AccessError.
    """
    try:
        give_passwords(admin, passwords, seconds)
        of_the_table = {user.name for user in KAFKA_USERS}
        change_rules(admin, of_the_table.__contains__, {each for user in KAFKA_USERS for each in rules_of(user)}, seconds)
    except KafkaException as failure:
        raise AccessError(f"Kafka does not take its users and their rules: {failure.args[0].str()}") from None


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
