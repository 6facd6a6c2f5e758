"""Commands for whoever runs Cairn's Kafka: who of others may read the event stream."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import click

from cli.commands.options import json_option
from cli.connection import own_home
from cli.errors import Failed
from cli.output import Output

if TYPE_CHECKING:
    from confluent_kafka.admin import AdminClient

_KAFKA: Final = 92
"""Of `make up`'s Kafka, from the base port on."""


class _Kafka(NamedTuple):
    """Where Kafka is, and how its operator signs in."""

    bootstrap: str
    protocol: str
    username: str
    password_file: Path
    authority: str
    mechanism: str


@click.group("stream-reader", short_help="Let a program read the event stream: Kafka credentials.")
def stream_reader() -> None:
    """Kafka credentials for the programs of others, which read the event topics and do nothing else (contracts/topics).

    Whoever has them reads EVERY TENANT and every private title. They are made in Kafka itself, by its operator: on the machine of `make up`
    with nothing to be told; elsewhere CAIRN_KAFKA_BOOTSTRAP, CAIRN_KAFKA_SECURITY_PROTOCOL, CAIRN_KAFKA_CA_FILE, and CAIRN_KAFKA_USERNAME,
    CAIRN_KAFKA_PASSWORD_FILE and CAIRN_KAFKA_ADMIN_MECHANISM of a user who may alter users and rules.
    """


@stream_reader.command("add", short_help="Make a reader, and print its password once.")
@click.argument("name")
@click.option("--password-file", type=click.Path(dir_okay=False, path_type=Path), help="Write the password there, for its owner alone.")
@json_option
def add_reader(output: Output, name: str, password_file: Path | None) -> None:
    """Make a reader NAME: the user reader-NAME, which reads the event topics in consumer groups that begin with `reader-NAME.`

    What is printed is what the programs of the topic cards take. The password is told once: nobody can look it up.

    \b
    Examples:
      cairn stream-reader add warehouse
      cairn stream-reader add warehouse --password-file warehouse.password
    """
    from chassis.kafka import stream_readers  # noqa: PLC0415 - the other commands start without Kafka's client
    from shared.topics import STREAM_TOPICS  # noqa: PLC0415

    kafka = _kafka()
    with _admin(kafka) as admin, _appearing(password_file) as file:
        password = stream_readers.add(admin, name, STREAM_TOPICS)
        if file is not None:
            os.write(file, password.encode())
    told = {"BOOTSTRAP": kafka.bootstrap, "PROTOCOL": kafka.protocol, "USERNAME": stream_readers.user_of(name)}
    if password_file is None:
        told["PASSWORD"] = password
    if output.as_json:
        output.json({word.lower(): value for word, value in told.items()} | {"topics": list(STREAM_TOPICS)})
        return
    for word, value in told.items():
        output.line(f"export {word}={value}")
    if password_file is not None:
        output.line(f"export PASSWORD=$(cat {password_file})")


@stream_reader.command("list", short_help="Show all readers.")
@json_option
def list_readers(output: Output) -> None:
    """Show the names of all readers.

    \b
    Example:
      cairn stream-reader list
    """
    from chassis.kafka import stream_readers  # noqa: PLC0415

    with _admin(_kafka()) as admin:
        names = stream_readers.readers(admin)
    if output.as_json:
        output.json({"readers": names})
    else:
        for name in names or ["there are no readers"]:
            output.line(name)


@stream_reader.command("remove", short_help="Take a reader's credentials away.")
@click.argument("name")
@json_option
def remove_reader(output: Output, name: str) -> None:
    """Take the credentials of the reader NAME away. What it has open reads nothing more.

    \b
    Example:
      cairn stream-reader remove warehouse
    """
    from chassis.kafka import stream_readers  # noqa: PLC0415

    with _admin(_kafka()) as admin:
        stream_readers.remove(admin, name)
    if output.as_json:
        output.json({"removed": name})
    else:
        output.line(f"{name} reads no more")


def _kafka() -> _Kafka:
    """The Kafka that the environment names, else that of `make up` in this clone. Raises Failed."""
    told = os.environ
    if bootstrap := told.get("CAIRN_KAFKA_BOOTSTRAP"):
        return _Kafka(
            bootstrap,
            told.get("CAIRN_KAFKA_SECURITY_PROTOCOL", "SASL_PLAINTEXT"),
            told.get("CAIRN_KAFKA_USERNAME", "operator"),
            Path(told.get("CAIRN_KAFKA_PASSWORD_FILE", "")),
            told.get("CAIRN_KAFKA_CA_FILE", ""),
            told.get("CAIRN_KAFKA_ADMIN_MECHANISM", "SCRAM-SHA-512"),
        )
    home = own_home()
    try:
        base_port = int((home / "base-port").read_text())
    except (OSError, ValueError):
        raise Failed("no Kafka is known here: start Cairn with `make up`, or say in CAIRN_KAFKA_BOOTSTRAP where it is") from None
    authority = home / "keys" / "tls" / "ca.pem"
    encrypted = authority.exists()
    return _Kafka(
        f"127.0.0.1:{base_port + _KAFKA}",
        "SASL_SSL" if encrypted else "SASL_PLAINTEXT",
        "operator",
        home / "keys" / "kafka" / "operator" / "password",
        str(authority) if encrypted else "",
        "SCRAM-SHA-512",
    )


@contextmanager
def _admin(kafka: _Kafka) -> Iterator[AdminClient]:
    """Kafka's administration. Raises Failed, also for what Kafka refuses within."""
    from chassis.kafka.users import AccessError, admin_client  # noqa: PLC0415

    try:
        password = kafka.password_file.read_text().strip()
    except OSError as error:
        raise Failed(f"the password of Kafka's {kafka.username} cannot be read: {kafka.password_file}: {error.strerror}") from None
    others = {"security.protocol": kafka.protocol, "sasl.mechanism": kafka.mechanism}
    if kafka.authority:
        others["ssl.ca.location"] = kafka.authority
    try:
        yield admin_client(kafka.bootstrap, kafka.username, password, others)
    except AccessError as refused:
        raise Failed(str(refused)) from None


@contextmanager
def _appearing(path: Path | None) -> Iterator[int | None]:
    """A new file for its owner alone; gone again where nothing came of it. Raises Failed where there is one."""
    if path is None:
        yield None
        return
    try:
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise Failed(f"{path} cannot be written: {error.strerror}") from None
    try:
        yield file
    except BaseException:
        path.unlink()
        raise
    finally:
        os.close(file)


COMMANDS: Final = (stream_reader,)
