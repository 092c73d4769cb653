"""Keeps tests off the network: while the guard is shut, a socket reaches loopback or it raises."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_INTERNET = (socket.AF_INET, socket.AF_INET6)
_open = False


class ReachedOut(AssertionError):
    """A test tried to reach an address that is not loopback."""


@contextmanager
def opened() -> Iterator[None]:
    """Let traffic through, for tests that work inside namespaces they made themselves."""
    global _open
    before, _open = _open, True
    try:
        yield
    finally:
        _open = before


def _is_loopback(host: str) -> bool:
    if host in ("", "localhost"):
        return True
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False  # any other name would first be asked of a name server
    mapped = getattr(address, "ipv4_mapped", None)
    return bool((mapped or address).is_loopback or address.is_unspecified)


def _check(sock: socket.socket, address: Any) -> None:
    if _open or address is None:
        return
    if sock.family in _INTERNET and not _is_loopback(str(address[0])):
        raise ReachedOut(f"a test tried to reach {address[0]}: mark it `namespaces`, or use 127.0.0.1")
    if sock.family == getattr(socket, "AF_PACKET", None) and address[0] != "lo":
        raise ReachedOut(f"a test tried to send a frame on {address[0]}: mark it `namespaces`, or use lo")


def install() -> None:
    """Replace the sending calls of `socket.socket` and the name look-up, once for the whole test process."""
    if getattr(socket.socket, "_guarded", False):
        return
    plain = {name: getattr(socket.socket, name) for name in ("connect", "connect_ex", "sendto", "sendmsg", "bind")}
    look_up = socket.getaddrinfo

    def connect(self: socket.socket, address: Any) -> Any:
        _check(self, address)
        return plain["connect"](self, address)

    def connect_ex(self: socket.socket, address: Any) -> Any:
        _check(self, address)
        return plain["connect_ex"](self, address)

    def sendto(self: socket.socket, data: Any, *rest: Any) -> Any:
        _check(self, rest[-1])
        return plain["sendto"](self, data, *rest)

    def sendmsg(self: socket.socket, buffers: Any, ancdata: Any = (), flags: int = 0, address: Any = None) -> Any:
        _check(self, address)
        return plain["sendmsg"](self, buffers, ancdata, flags, *(() if address is None else (address,)))

    def bind(self: socket.socket, address: Any) -> Any:
        # A packet socket sends wherever it is bound, without naming an address again.
        if self.family == getattr(socket, "AF_PACKET", None):
            _check(self, address)
        return plain["bind"](self, address)

    def getaddrinfo(host: Any, *rest: Any, **named: Any) -> Any:
        text = host.decode() if isinstance(host, bytes) else host
        if not _open and text is not None and not _is_number(text) and not _is_loopback(text):
            raise ReachedOut(f"a test tried to look up {text!r}: mark it `namespaces`, or use 127.0.0.1")
        return look_up(host, *rest, **named)

    for call in (connect, connect_ex, sendto, sendmsg, bind):
        setattr(socket.socket, call.__name__, call)
    socket.getaddrinfo = getaddrinfo
    setattr(socket.socket, "_guarded", True)  # noqa: B010


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True
