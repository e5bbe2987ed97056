import socket

import click
import pytest

from ui.addresses import is_loopback, is_own_host, listen, url_of


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.1", "::1", "localhost", "LOCALHOST"])
def test_loopback_is_this_machine(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "example.org", "", "127.0.0.1.x"])
def test_everything_else_is_not(host: str) -> None:
    assert not is_loopback(host)


@pytest.mark.parametrize("header", ["127.0.0.1:7860", "localhost", "[::1]:7860"])
def test_a_host_header_may_carry_a_port(header: str) -> None:
    assert is_own_host(header)


@pytest.mark.parametrize(
    "header", ["", "evil.example:7860", "localhost.evil.example", "evil.example@x", "[::1"]
)
def test_a_host_header_of_another_name_is_foreign(header: str) -> None:
    assert not is_own_host(header)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "example.org"])
def test_listening_for_other_machines_is_refused(host: str) -> None:
    with pytest.raises(click.ClickException, match="Add --auth"):
        listen(host, 7860)


def test_with_accounts_other_machines_may_be_listened_for() -> None:
    with listen("0.0.0.0", 41_950, has_accounts=True) as listener:
        port = listener.getsockname()[1]
        assert url_of(listener) == f"http://127.0.0.1:{port}"


def test_a_taken_port_gives_way_to_a_later_one() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with listen("127.0.0.1", port) as listener:
            assert listener.getsockname()[1] > port
            assert url_of(listener) == f"http://127.0.0.1:{listener.getsockname()[1]}"
