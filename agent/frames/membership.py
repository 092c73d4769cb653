"""IGMP and MLD reports: a station is there, and which groups it listens to."""

from collections.abc import Iterator

from agent.decode.ether import Frame
from agent.decode.membership import groups
from agent.decode.say import said
from model.claims import Fact

TITLE = "group membership (IGMP, MLD)"
WHERE = ("ether/0x0800/2", "ether/0x86dd/58/131", "ether/0x86dd/58/143")
TRAFFIC = False
SOLICITED = "ff02::1:ff"  # the groups in which ND asks: every address has one, so they say nothing


def read(evidence: str, frame: Frame) -> Iterator[Fact]:
    """`multicast.group`, one a group. Routers send queries, which join none."""
    for group in groups(frame.payload):
        if not group.startswith(SOLICITED):
            yield from said(evidence, frame.speaker, "multicast.group", group)
