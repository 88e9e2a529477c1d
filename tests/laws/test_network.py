"""The guard that keeps the tests on this machine, and the database server they start on it."""

import socket

import psycopg
import pytest

from tests.network import NetworkForbidden


def test_a_connection_to_another_machine_is_refused() -> None:
    with socket.socket() as one, pytest.raises(NetworkForbidden, match=r"192\.0\.2\.1"):
        one.connect(("192.0.2.1", 80))


def test_a_name_on_the_network_is_not_looked_up() -> None:
    with pytest.raises(NetworkForbidden, match="example"):
        socket.getaddrinfo("example.com", 443)


def test_this_machine_can_be_reached() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as client:
        assert client.getpeername() == server.getsockname()


@pytest.mark.postgres
def test_postgresql_is_started_by_the_tests_and_holds_unicode(postgres_url: str) -> None:
    with psycopg.connect(postgres_url.replace("+psycopg", "")) as connection:
        row = connection.execute("SELECT %s::text, current_setting('listen_addresses')", ("Māori ≥ 3 ✓",)).fetchone()
    assert row == ("Māori ≥ 3 ✓", "")
