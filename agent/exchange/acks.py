"""What the kernel says by itself on a connection: acknowledgements of what comes in. They are counted and paid for like all else.

Their number would otherwise be the peer's choice. So little is taken in at once that the peer must wait for us, and no
more is read before the host's budget has room: meanwhile the window is shut and there is nothing to acknowledge.
"""

import contextlib
import socket

BUFFER = 4_096  # bytes of SO_RCVBUF: the kernel then lets a peer send two or three segments ahead
SENT = slice(136, 140)  # tcpi_segs_out in struct tcp_info of linux/tcp.h
ROOM = 144  # bytes of it that are wanted
MANY, CRUMB = 20, 64  # acknowledgements, and bytes for each: below, a peer makes us speak by dripping


def narrow(sock: socket.socket) -> None:
    """Keep the window small; before the connection is made, since that is when a window is promised."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER)


def sent(sock: socket.socket) -> int:
    """Segments that left on this connection until now, of whatever kind; 0 where the kernel does not tell."""
    with contextlib.suppress(OSError):
        return int.from_bytes(sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, ROOM)[SENT], "little")
    return 0


def crumbs(segments: int, heard: int) -> bool:
    """Whether a peer of which `heard` bytes came feeds us so little at a time that our acknowledgements outrun any pace.

    The kernel acknowledges a drip every 40 ms whether we read or not: only hanging up ends that.
    """
    return segments > MANY and heard < segments * CRUMB
