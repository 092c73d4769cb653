"""Receive frames on one interface and send nothing: what the filter lets pass, as it was on the cable, with the kernel's own times."""

import ctypes
import socket
import struct
import time
from collections.abc import Callable, Iterator

from agent.wire import link
from agent.wire.heard import Heard

PACKET = 263  # SOL_PACKET of linux/socket.h; below it names of linux/if_packet.h
ADD_MEMBERSHIP, STATISTICS, AUXDATA, IGNORE_OUTGOING = 1, 6, 8, 23
PROMISCUOUS, ALL_MULTICAST = 1, 2
VLAN_VALID, TPID_VALID = 0x10, 0x40  # flags of the auxiliary data: the kernel took a VLAN tag out
TIMES = 35  # SO_TIMESTAMPNS of asm-generic/socket.h
EVERYTHING = 0x0003  # ETH_P_ALL
SNAP = 16_384  # bytes of a frame that are taken at most: the filter gives less
BATCH = 256  # frames in one message: 4 MB at most
REST = 0.1  # seconds between two looks at what came
SPEAK = 1.0  # seconds between two messages if nothing came
BUFFER = 8 * 1024 * 1024  # bytes the kernel may hold for us
GONE = "the interface is gone"


class Ear:
    """A packet socket that only receives. The filter is in place before the first frame can come."""

    def __init__(self, name: str, wanted: bytes, promiscuous: bool) -> None:
        """OSError if the interface or the right is not there, or the kernel does not take the filter."""
        self.name = name
        self._socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
        try:
            self._prepare(wanted)
            self._socket.bind((name, EVERYTHING))
            # The card passes up what is for any group; no IGMP or MLD leaves, for the kernel's own groups do not change.
            self._join(ALL_MULTICAST)
            if promiscuous:
                self._join(PROMISCUOUS)
        except OSError:
            self._socket.close()
            raise

    def _prepare(self, wanted: bytes) -> None:
        held = ctypes.create_string_buffer(wanted, len(wanted))
        program = struct.pack("HP", len(wanted) // 8, ctypes.addressof(held))
        self._socket.setsockopt(socket.SOL_SOCKET, link.ATTACH_FILTER, program)
        self._socket.setsockopt(socket.SOL_SOCKET, TIMES, 1)
        self._socket.setsockopt(PACKET, AUXDATA, 1)
        # What this machine itself sends is no witness of the site.
        self._socket.setsockopt(PACKET, IGNORE_OUTGOING, 1)
        link.grow(self._socket, BUFFER)

    def _join(self, kind: int) -> None:
        index = socket.if_nametoindex(self.name)
        self._socket.setsockopt(PACKET, ADD_MEMBERSHIP, struct.pack("iHH8s", index, kind, 0, b""))

    def fileno(self) -> int:
        return self._socket.fileno()

    def received(self, most: int = BATCH) -> list[Heard]:
        """Frames that have come in, without waiting. OSError if the link went down, once."""
        frames: list[Heard] = []
        try:
            while len(frames) < most:
                data, told, _, _ = self._socket.recvmsg(SNAP, 128, socket.MSG_DONTWAIT)
                frames.append(_heard(data, told))
        except BlockingIOError:
            pass
        return frames

    def dropped(self) -> int:
        """Frames that passed the filter and found the buffer full, since the last time."""
        return int(struct.unpack("II", self._socket.getsockopt(PACKET, STATISTICS, 8))[1])

    def close(self) -> None:
        self._socket.close()


def _heard(data: bytes, told: list[tuple[int, int, bytes]]) -> Heard:
    at, length = 0, len(data)
    for level, kind, body in told:
        if level == socket.SOL_SOCKET and kind == TIMES:
            seconds, rest = struct.unpack_from("qq", body)
            at = seconds * 1_000_000_000 + rest
        elif level == PACKET and kind == AUXDATA:
            status, length, _, _, _, tag, tpid = struct.unpack_from("IIIHHHH", body)
            if status & VLAN_VALID:
                data = data[:12] + struct.pack(">HH", tpid if status & TPID_VALID else 0x8100, tag) + data[12:]
                length += 4
    return Heard(at or time.time_ns(), min(length, 0xFFFF), data)


def program(told: object) -> bytes:
    """A filter's instructions as the kernel takes them; ValueError unless they are lists of four small integers."""
    if not isinstance(told, list) or not 0 < len(told) <= 4096:
        raise ValueError("a filter is a list of instructions")
    # Whether they make a program that ends is the kernel's to say.
    return b"".join(_step(step) for step in told)


def _step(step: object) -> bytes:
    if not isinstance(step, list) or len(step) != 4 or not all(type(part) is int for part in step):
        raise ValueError("an instruction is four integers")
    try:
        return struct.pack("HBBI", *step)
    except struct.error:
        raise ValueError("an instruction's parts are too large") from None


class Listening:
    """Until told to stop. After `run`: frames `received` and `dropped`, how often the link went down, and why it `stopped` by itself."""

    def __init__(self, ear: Ear, told_to_stop: Callable[[], bool]) -> None:
        self._ear, self._told_to_stop = ear, told_to_stop
        self.received = self.dropped = self.downs = 0
        self.stopped = ""

    def run(self) -> Iterator[list[Heard]]:
        """Batches of frames, in the order they came; an empty one now and then, so that what was dropped is told."""
        spoke = time.monotonic()
        while not self._told_to_stop() and not self.stopped:
            frames = self._batch()
            if frames or time.monotonic() - spoke > SPEAK:
                spoke = time.monotonic()
                yield frames
            if len(frames) < BATCH:  # a short rest gathers what comes one by one; a full batch is followed at once
                time.sleep(REST)
        yield self._batch()

    def _batch(self) -> list[Heard]:
        try:
            frames = self._ear.received()
        except OSError:  # a link that went down may come up again: whoever listens waits for it
            self.downs += 1
            frames = []
            if not link.present(self._ear.name):
                self.stopped = GONE
        self.received += len(frames)
        self.dropped += self._ear.dropped()
        return frames
