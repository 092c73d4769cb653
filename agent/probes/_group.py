"""What questions to a whole link share: the same datagram to all of its stations, or to one host by itself."""

from hashlib import sha256

from agent.ask import Dialogue, Group, Target, Udp


def question(
    target: Target, asked: str, port: int, payload: bytes, group: str, media: str, joined: bool = False
) -> Dialogue:
    """One `Group` where the target is a link, one `Udp`, never repeated, where it is a host. `joined`: see agent.ask.Group."""
    if target.address:
        yield Udp(asked, port, payload, media, retries=0)
    else:
        yield Group(asked, port, payload, group, joined=joined, media=media)


def name(probe: str, target: Target) -> str:
    """A question's uuid, lower case: a digest (RFC 9562, version 8), so the same every time and another for each link and host."""
    octets = bytearray(sha256(f"laydown {probe} {target.address or target.interface}".encode()).digest()[:16])
    octets[6], octets[8] = octets[6] & 0x0F | 0x80, octets[8] & 0x3F | 0x80
    text = octets.hex()
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))
