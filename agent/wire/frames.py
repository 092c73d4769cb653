"""The frames that this process knows how to send: each a template built once by scapy, the place to patch, and the filter for answers."""

import struct
from typing import NamedTuple

ETHERTYPE, OPERATION, SENDER_MAC, SENDER_IP, TARGET_IP = (
    12,
    20,
    22,
    28,
    38,
)  # offsets in an Ethernet frame that holds ARP
ARP, REPLY = 0x0806, 2
LEAST = 42  # bytes of Ethernet and ARP together, without padding

# Classic BPF: load a half word at an absolute offset; jump if equal; return so many bytes.
LOAD_HALF, JUMP_EQUAL, RETURN = 0x28, 0x15, 0x06


class Frame(NamedTuple):
    """`template`: the whole frame; `patch`: where the four octets of the asked address go."""

    template: bytes
    patch: int


def arp(mac: str, address: str) -> Frame:
    """ARP request from `mac` and `address` to everybody on the link, the asked address still 0.0.0.0."""
    # scapy.all takes over a second and 80 MB; this layer a quarter of that, and only once a sweep is really wanted.
    from scapy.layers.l2 import ARP as Packet
    from scapy.layers.l2 import Ether

    question = Ether(src=mac, dst="ff:ff:ff:ff:ff:ff") / Packet(
        op="who-has", hwsrc=mac, psrc=address, hwdst="00:00:00:00:00:00", pdst="0.0.0.0"
    )
    return Frame(bytes(question), TARGET_IP)


def answers_only() -> bytes:
    """The filter's instructions: ARP replies pass, at most 64 bytes of each; the kernel drops all else before we see it."""
    steps = (
        (LOAD_HALF, 0, 0, ETHERTYPE),
        (JUMP_EQUAL, 0, 3, ARP),
        (LOAD_HALF, 0, 0, OPERATION),
        (JUMP_EQUAL, 0, 1, REPLY),
        (RETURN, 0, 0, 64),
        (RETURN, 0, 0, 0),
    )
    return b"".join(struct.pack("HBBI", *step) for step in steps)


def reply_of(frame: bytes) -> tuple[int, bytes] | None:
    """(sender's address, sender's MAC) of an ARP reply for version 4 over Ethernet; None for anything else."""
    if len(frame) < LEAST or frame[ETHERTYPE : ETHERTYPE + 10] != b"\x08\x06\x00\x01\x08\x00\x06\x04\x00\x02":
        return None
    return int.from_bytes(frame[SENDER_IP : SENDER_IP + 4], "big"), frame[SENDER_MAC : SENDER_MAC + 6]
