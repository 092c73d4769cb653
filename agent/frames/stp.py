"""Spanning tree: the sender's own bridge address, and the root it names. Listened to, never sent."""

from collections.abc import Iterator

from agent.decode import bpdu
from agent.decode.ether import Frame
from agent.decode.macs import is_station
from agent.decode.say import said
from model.claims import Fact

TITLE = "spanning tree (STP, RSTP, MSTP, PVST+)"
WHERE = ("llc/0x42", "snap/00000c:010b")
TRAFFIC = False


def read(evidence: str, frame: Frame) -> Iterator[Fact]:
    """`stp.bridge_id` and `mac.address` about the sender; `mac.address` about the root as its neighbour, where it is another."""
    found = bpdu.read(frame.payload)
    if found is None or not frame.sender:
        return
    (priority, bridge), root = found.bridge, found.root[1]
    if is_station(bridge):
        yield from said(evidence, frame.sender, "stp.bridge_id", f"{priority} {bridge}")
        yield from said(evidence, frame.sender, "mac.address", bridge)
    if is_station(root) and root != bridge:
        yield from said(evidence, f"{frame.sender}/neighbor:stp.{root}", "mac.address", root)
