"""The roles of the databases, before there is a server."""

from __future__ import annotations

import base64
import stat
from pathlib import Path

from chassis.postgres import DatabaseRole
from stack.database_roles import Login, logins_of, passwords, pgpass_file, roles_of, script, verifier
from stack.services import BY_NAME, SERVICES


def test_a_password_is_made_once(tmp_path: Path) -> None:
    assert passwords(tmp_path) == passwords(tmp_path)


def test_a_file_that_was_removed_is_made_anew_and_agrees_with_the_others(tmp_path: Path) -> None:
    before = passwords(tmp_path)
    pgpass_file(tmp_path, "relay").unlink()
    after = passwords(tmp_path)
    for login in logins_of(BY_NAME["relay"]):
        assert after[login.name] != before[login.name]
        assert after[login.name] in pgpass_file(tmp_path, "relay").read_text()
    assert {role for role in before if before[role] == after[role]} == before.keys() - {login.name for login in logins_of(BY_NAME["relay"])}


def test_a_process_is_told_the_passwords_of_its_own_roles_and_nobody_else_may_read_them(tmp_path: Path) -> None:
    known = passwords(tmp_path)
    for service in SERVICES:
        file = pgpass_file(tmp_path, service.name)
        if not (logins := logins_of(service)):
            assert not file.exists()
            continue
        assert file.read_text().splitlines() == [f"*:*:{login.database}:{login.name}:{known[login.name]}" for login in logins]
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_every_role_that_a_process_connects_as_is_one_of_that_database() -> None:
    made = {login for service in SERVICES if service.has_database for login in roles_of(service)}
    assert {login for service in SERVICES for login in logins_of(service)} <= made


def test_only_the_relay_is_let_note_how_far_kafka_has_a_log() -> None:
    relays = {service.name for service in SERVICES for login in logins_of(service) if login.role is DatabaseRole.RELAY}
    assert relays == {"relay"}
    assert Login("cairn_goals", DatabaseRole.RELAY) in logins_of(BY_NAME["relay"])


def test_a_verifier_is_that_of_the_standards_own_example() -> None:
    """RFC 7677, section 3: user, pencil, and the salt and proof of its exchange."""
    salt, stored = "W22ZaJ0SNY7soEsUEjb6gQ==", "WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY="
    server = "wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU="
    assert verifier("pencil", base64.b64decode(salt)) == f"SCRAM-SHA-256$4096:{salt}${stored}:{server}"


def test_the_script_for_an_administrator_tells_no_password(tmp_path: Path) -> None:
    known = passwords(tmp_path)
    written = script(known)
    assert not any(password in written for password in known.values())
    for service in SERVICES:
        assert (f"\\connect cairn_{service.name}\n" in written) == service.has_database
