"""How this process signs in to Kafka: from its settings to what each client library takes."""

from __future__ import annotations

import ssl
from typing import Any, Final

from faststream.security import BaseSecurity, SASLScram512

from chassis.runtime import Settings

MECHANISM: Final = "SCRAM-SHA-512"


class NoCredentials(Exception):  # noqa: N818 - it is what happened
    """The settings ask for a sign-in and do not say as whom, or with which password."""


def client_security(settings: Settings) -> dict[str, Any]:
    """The arguments of aiokafka's clients. Raises NoCredentials, and OSError where a file that the settings name cannot be read."""
    protocol = settings.kafka_security_protocol
    arguments: dict[str, Any] = {"security_protocol": protocol, "ssl_context": _ssl_context(settings)}
    if protocol.startswith("SASL"):
        arguments |= {
            "sasl_mechanism": MECHANISM,
            "sasl_plain_username": _username(settings),
            "sasl_plain_password": _password(settings),
        }
    return arguments


def broker_security(settings: Settings) -> BaseSecurity:
    """The same for FastStream's broker. Raises as `client_security` does."""
    context = _ssl_context(settings)
    if settings.kafka_security_protocol.startswith("SASL"):
        return SASLScram512(_username(settings), _password(settings), ssl_context=context, use_ssl=context is not None)
    return BaseSecurity(ssl_context=context, use_ssl=context is not None)


def _ssl_context(settings: Settings) -> ssl.SSLContext | None:
    if not settings.kafka_security_protocol.endswith("SSL"):
        return None
    return ssl.create_default_context(cafile=settings.kafka_ca_file)


def _username(settings: Settings) -> str:
    if not settings.kafka_username:
        raise NoCredentials(f"CAIRN_KAFKA_USERNAME is empty; CAIRN_KAFKA_SECURITY_PROTOCOL={settings.kafka_security_protocol} needs one")
    return settings.kafka_username


def _password(settings: Settings) -> str:
    if settings.kafka_password_file is not None:
        return settings.kafka_password_file.read_text().strip()
    if not settings.kafka_password.get_secret_value():
        raise NoCredentials("neither CAIRN_KAFKA_PASSWORD nor CAIRN_KAFKA_PASSWORD_FILE is told")
    return settings.kafka_password.get_secret_value()
