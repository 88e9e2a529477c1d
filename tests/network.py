"""Keeps the tests off the network: only loopback addresses and Unix sockets may be reached."""

import ipaddress
import socket
from collections.abc import Callable
from typing import Any

import pytest


class NetworkForbidden(Exception):
    """A test, or the code it runs, tried to reach a machine other than this one."""


def is_local(host: object) -> bool:
    """Whether a host name or address means this machine."""
    if host in (None, "", "localhost", b"localhost"):
        return True
    text = host.decode() if isinstance(host, bytes) else str(host)
    try:
        return ipaddress.ip_address(text.partition("%")[0]).is_loopback
    except ValueError:
        return False


def refuse(host: object) -> None:
    """Raise NetworkForbidden unless `host` is this machine."""
    if not is_local(host):
        raise NetworkForbidden(f"A test tried to reach {host!r}. Tests reach only this machine: use a fake or a local server.")


def checked(original: Callable[..., Any]) -> Callable[..., Any]:
    """A socket's connect, with the address looked at first."""

    def connect(self: socket.socket, address: Any, *rest: Any) -> Any:
        if self.family in (socket.AF_INET, socket.AF_INET6):
            refuse(address[0])
        return original(self, address, *rest)

    return connect


def forbid_network(patch: pytest.MonkeyPatch) -> None:
    """Replace the ways out of this process by ones that look at the address."""
    for name in ("connect", "connect_ex"):
        patch.setattr(socket.socket, name, checked(getattr(socket.socket, name)))
    look_up = socket.getaddrinfo

    def getaddrinfo(host: Any, *rest: Any, **options: Any) -> Any:
        refuse(host)
        return look_up(host, *rest, **options)

    patch.setattr(socket, "getaddrinfo", getaddrinfo)
