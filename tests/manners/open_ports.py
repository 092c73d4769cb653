"""A host with many open TCP ports that says nothing, or greets on 21 and 22: `python -m tests.manners.open_ports PORT...`."""

from __future__ import annotations

import contextlib
import selectors
import socket
import sys

GREETINGS = {21: b"220 ready\r\n", 22: b"SSH-2.0-bench_1\r\n"}


def listening(port: int) -> socket.socket:
    """A socket for both families."""
    made = socket.socket(socket.AF_INET6, socket.SOCK_STREAM)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
    made.bind(("::", port))
    made.listen(64)
    return made


def main(ports: list[int]) -> None:
    """Until it is ended."""
    doors = selectors.DefaultSelector()
    for port in ports:
        doors.register(listening(port), selectors.EVENT_READ, port)
    print("ready", flush=True)  # noqa: T201 - whoever started it waits for this line
    while True:
        for key, _ in doors.select():
            if key.data is None:
                _hear(doors, key.fileobj)  # type: ignore[arg-type]
                continue
            peer, _ = key.fileobj.accept()  # type: ignore[union-attr]
            doors.register(peer, selectors.EVENT_READ)
            with contextlib.suppress(OSError):  # whoever only looks whether the port is open hangs up
                peer.sendall(GREETINGS.get(key.data, b""))


def _hear(doors: selectors.BaseSelector, peer: socket.socket) -> None:
    try:
        more = peer.recv(4096)
    except OSError:
        more = b""
    if not more:
        doors.unregister(peer)
        peer.close()


if __name__ == "__main__":
    main([int(word) for word in sys.argv[1:]])
