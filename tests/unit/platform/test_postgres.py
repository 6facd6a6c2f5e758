"""How the embedded PostgreSQL is reached."""

from __future__ import annotations

from pathlib import Path

from psycopg.conninfo import conninfo_to_dict

from embedded.postgres import Postgres


def test_a_cluster_is_reached_by_the_socket_beside_its_files(tmp_path: Path) -> None:
    server = Postgres(tmp_path / "pg", 5000, "secret")
    assert conninfo_to_dict(server.dsn())["host"] == str(server.directory)
    assert f"unix_socket_directories={server.directory}" in server.command()


def test_a_cluster_whose_path_is_too_long_for_a_socket_is_reached_over_tcp(tmp_path: Path) -> None:
    server = Postgres(tmp_path / ("x" * 110), 5000, "secret")
    assert conninfo_to_dict(server.dsn())["host"] == "127.0.0.1"
    assert "unix_socket_directories=" in server.command()
