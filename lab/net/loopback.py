"""The lab without namespaces: every device on a loopback address of its own, low ports moved up by a port map."""

import socket

LOW, MOVED = 1024, 20_000
NOT_SIMULATED = (
    "ARP answers and MAC addresses on the wire (they stand in SNMP tables only)",
    "the device that answers ARP and nothing else",
    "the router between the subnets: every address is one hop away",
    "closed ports' and silent addresses' behaviour is this machine's own",
    "a packet capture outside the program",
)


def bind(kind: socket.SocketKind, address: str, port: int) -> tuple[socket.socket, int]:
    """A bound socket and the port it got: the real one if it is above 1023 and free, else 20000 more, else any."""
    wishes = [port] if port >= LOW else []
    for wish in (*wishes, port + MOVED if port + MOVED < 65536 else 0, 0):
        made = socket.socket(socket.AF_INET, kind)
        if kind == socket.SOCK_STREAM:
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            made.bind((address, wish))
            if kind == socket.SOCK_STREAM:
                made.listen(100)  # now, so that a port that another lab took a moment ago is noticed here
        except OSError:
            made.close()
            continue
        return made, int(made.getsockname()[1])
    raise OSError(f"no free port on {address}")
