"""Hytera's repeater protocols, as far as they say that somebody speaks them. Pure: radio control is listened to, never spoken.

Source: facts published by Hytera_Homebrew_Bridge: commands begin `P2P` and carry their kind; the reliable layer begins `2B` and a zero.
"""

COMMAND, RELIABLE = b"P2P", b"2B\0"
KINDS = {0x10: "registration", 0x11: "DMR start", 0x12: "RDAC start"}
_AT = 20  # where the kind stands in a command


def spoken(payload: bytes) -> str:
    """`p2p registration`, `p2p` (of no known kind), `hstrp`, "" for anything else."""
    if payload.startswith(RELIABLE):
        return "hstrp"
    if not payload.startswith(COMMAND):
        return ""
    return " ".join(filter(None, ("p2p", KINDS.get(payload[_AT], "") if len(payload) > _AT else "")))
