"""How settings become what Kafka's clients sign in with."""

from __future__ import annotations

from pathlib import Path

import pytest
from faststream.security import SASLScram512
from pydantic import SecretStr

from chassis.kafka.security import NoCredentials, broker_security, client_security
from chassis.runtime import Settings


def test_nothing_told_is_no_sign_in() -> None:
    assert client_security(Settings()) == {"security_protocol": "PLAINTEXT", "ssl_context": None}
    assert broker_security(Settings()).use_ssl is False


def test_a_user_signs_in_by_scram() -> None:
    settings = Settings(kafka_security_protocol="SASL_PLAINTEXT", kafka_username="relay", kafka_password=SecretStr("word"))
    told = client_security(settings)
    assert (told["sasl_mechanism"], told["sasl_plain_username"], told["sasl_plain_password"]) == ("SCRAM-SHA-512", "relay", "word")
    security = broker_security(settings)
    assert isinstance(security, SASLScram512)
    assert (security.username, security.password, security.use_ssl) == ("relay", "word", False)


def test_the_password_of_a_file_is_taken_as_it_is_now(tmp_path: Path) -> None:
    file = tmp_path / "password"
    settings = Settings(kafka_security_protocol="SASL_PLAINTEXT", kafka_username="relay", kafka_password_file=file)
    for password in ("first", "second"):
        file.write_text(f"{password}\n")
        assert client_security(settings)["sasl_plain_password"] == password


@pytest.mark.parametrize("protocol", ["SSL", "SASL_SSL"])
def test_brokers_are_verified_wherever_the_link_is_encrypted(protocol: str) -> None:
    settings = Settings.model_validate({"kafka_security_protocol": protocol, "kafka_username": "relay", "kafka_password": "word"})
    context = client_security(settings)["ssl_context"]
    assert context.check_hostname
    assert broker_security(settings).use_ssl


@pytest.mark.parametrize("told", [{"kafka_username": "relay"}, {"kafka_password": "word"}])
def test_half_a_sign_in_is_refused(told: dict[str, str]) -> None:
    settings = Settings.model_validate({"kafka_security_protocol": "SASL_PLAINTEXT", **told})
    for of in (client_security, broker_security):
        with pytest.raises(NoCredentials):
            of(settings)


def test_a_password_is_not_shown() -> None:
    assert "not for you" not in repr(Settings(kafka_password=SecretStr("not for you")))
