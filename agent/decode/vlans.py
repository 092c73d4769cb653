"""The fact that a station tells of a VLAN or subnet in a frame. Pure."""

from collections.abc import Iterator

import msgspec

from agent.decode.say import network
from model.claims import Fact


def vlan(evidence: str, about: str, number: int, title: str = "") -> Iterator[Fact]:
    """`network` of a VLAN, its name behind its number as VLAN tables have it; none for 0 and 4095, which are no VLAN."""
    if 0 < number < 4095:
        yield told(evidence, about, f"{number} {title}".strip(), "vlan", "advertisement")


def told(evidence: str, about: str, name: str, kind: str, named_by: str) -> Fact:
    """`network` about somebody else than the target."""
    return msgspec.structs.replace(network(evidence, name, kind, named_by), about=about)
