"""One interface: its own addresses and state, asked of the kernel, and a packet socket on it."""

import array
import ctypes
import errno
import fcntl
import socket
import struct
import time

GET_CONF, GET_FLAGS, GET_MAC = 0x8912, 0x8913, 0x8927  # SIOCGIFCONF, SIOCGIFFLAGS, SIOCGIFHWADDR of linux/sockios.h
UP, LOOPBACK, RUNNING, NOARP = 0x1, 0x8, 0x40, 0x80  # flags of net/if.h
ATTACH_FILTER, RECEIVE_BUFFER_FORCE = 26, 33  # SO_ATTACH_FILTER, SO_RCVBUFFORCE of asm-generic/socket.h
ETHERNET = 1  # ARPHRD_ETHER
BUFFER = 64 * 1024 * 1024  # bytes: a /16 that answers at once must not overrun it
ENTRY = 40  # sizeof(struct ifreq) on 64-bit kernels


def may_open() -> str:
    """ "" if packet sockets can be opened here, else what is lacking."""
    try:
        socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0).close()
    except PermissionError:
        return "the right CAP_NET_RAW is lacking"
    except OSError as fault:
        return f"packet sockets do not work here ({fault.strerror})"
    return ""


def _control(code: int, name: str) -> bytes:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as handle:
        return fcntl.ioctl(handle, code, struct.pack("16s24x", name.encode()[:15]))


def flags(name: str) -> int:
    """The interface's flags; 0 where it is gone."""
    try:
        return int(struct.unpack_from("H", _control(GET_FLAGS, name), 16)[0])
    except OSError:
        return 0


def alive(name: str) -> bool:
    """Whether the interface is up and has a carrier."""
    return flags(name) & (UP | RUNNING) == UP | RUNNING


def mac_of(name: str) -> str:
    """The interface's hardware address; ValueError unless it is an Ethernet-like one that speaks ARP."""
    family, octets = struct.unpack_from("H6s", _control(GET_MAC, name), 16)
    if family != ETHERNET or flags(name) & (LOOPBACK | NOARP):
        raise ValueError(f"{name} is no link that speaks ARP")
    return str(octets.hex(":"))


def addresses_of(name: str) -> list[str]:
    """The interface's own version 4 addresses, the kernel's first one first."""
    room = array.array("B", bytes(ENTRY * 512))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as handle:
        asked = struct.pack("iP", len(room), room.buffer_info()[0])
        length = struct.unpack("iP", fcntl.ioctl(handle, GET_CONF, asked))[0]
    entries = (room[at : at + ENTRY].tobytes() for at in range(0, length, ENTRY))
    # An alias `eth0:1` is an address of eth0.
    mine = (one for one in entries if one[:16].split(b"\0")[0].decode().split(":")[0] == name)
    return [socket.inet_ntoa(one[20:24]) for one in mine]


def present(name: str) -> bool:
    """Whether there is an interface of this name, up or down."""
    return any(other == name for _, other in socket.if_nameindex())


def grow(handle: socket.socket, size: int) -> None:
    """Make room for `size` bytes that came and were not fetched yet, or as much as this process may."""
    try:
        handle.setsockopt(socket.SOL_SOCKET, RECEIVE_BUFFER_FORCE, size)
    except PermissionError:  # that takes CAP_NET_ADMIN, which this process does not ask for
        handle.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, size)


class Link:
    """A packet socket bound to one interface and one kind of frame, with a filter for the answers."""

    def __init__(self, name: str, ethertype: int, wanted: bytes) -> None:
        """OSError if the interface or the right is not there. `wanted`: the filter's instructions."""
        self.name = name
        self._socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
        try:
            self._attach(wanted)
            grow(self._socket, BUFFER)
            # Bound last: a frame that came before the filter was in place would pass unseen by it.
            self._socket.bind((name, ethertype))
        except OSError:
            self._socket.close()
            raise

    def _attach(self, wanted: bytes) -> None:
        held = ctypes.create_string_buffer(wanted, len(wanted))
        program = struct.pack("HP", len(wanted) // 8, ctypes.addressof(held))
        self._socket.setsockopt(socket.SOL_SOCKET, ATTACH_FILTER, program)

    def fileno(self) -> int:
        return self._socket.fileno()

    def send(self, frame: bytes | bytearray) -> None:
        """One frame out; waits while the interface's queue is full. OSError if the link is gone."""
        while True:
            try:
                self._socket.send(frame)
                return
            except OSError as fault:
                if fault.errno != errno.ENOBUFS:
                    raise
                time.sleep(0.001)

    def received(self, most: int = 4096) -> list[bytes]:
        """Frames that have come in, without waiting. OSError if the link is gone."""
        frames: list[bytes] = []
        try:
            while len(frames) < most:
                frames.append(self._socket.recv(128, socket.MSG_DONTWAIT))
        except BlockingIOError:
            pass
        return frames

    def close(self) -> None:
        self._socket.close()
