"""Hikvision's discovery (SADP, UDP 37020): the question, and the facts in an answer or an announcement. Pure.

Shape: XML without envelope; `Probe` asks, `ProbeMatch` with Types `inquiry` answers, `Hello` with Types `hello` announces.
Sources: UniversalScanner; replies quoted in public code; the SADP SDK's comments (OEM and EZVIZ codes).
"""

from collections.abc import Iterator

from agent.decode.macs import is_station, mac
from agent.decode.say import LONGEST, said
from agent.decode.xml import Node, tree
from model.claims import Fact

PORT, GROUP = 37020, "239.255.255.250"
MEDIA = "application/sadp+xml"
ANSWERS = {"ProbeMatch": "inquiry", "Hello": "hello"}
FIELDS = {
    "DeviceDescription": "sadp.model",
    "DeviceSN": "sadp.serial",
    "SoftwareVersion": "sadp.firmware",
    "DeviceType": "sadp.device_type",
    "OEMInfo": "sadp.oem_info",
    "EZVIZCode": "sadp.ezviz_code",
    "Activated": "sadp.activated",
}
# Left out of the reply's text: numbers of one moment that say nothing about the maker, and what guards a login.
UNSAID = frozenset({"Uuid", "Salt", "BootTime"})
NOTHING = frozenset({"", "n/a", "na", "null", "(null)", "none", "unknown", "0.0.0.0", "::", "*"})


def question(uuid: str) -> bytes:
    """The search, and nothing else: other `Types` on this port activate devices and reset passwords. `uuid`: upper-case."""
    return f'<?xml version="1.0" encoding="utf-8"?><Probe><Uuid>{uuid}</Uuid><Types>inquiry</Types></Probe>'.encode()


def facts(evidence: str, about: str, payload: bytes) -> Iterator[Fact]:
    """`sadp.*` and `mac.address` of an answer or announcement; nothing of a question or of anything else."""
    try:
        found = answer(payload)
    except ValueError:
        return
    yield from said(evidence, about, "sadp.reply", _written(found))
    for name, key in FIELDS.items():
        yield from said(evidence, about, key, value(found, name))
    yield from said(evidence, about, "sadp.oem_code", value(found, "DetailOEMCode") or value(found, "OEMCode"))
    station = mac(found.said("MAC"))
    if is_station(station):
        yield from said(evidence, about, "mac.address", station)
    # What a packet says about its sender's address proves nothing: a key of its own, which joins nothing.
    for name in ("IPv4Address", "IPv6Address"):
        yield from said(evidence, about, "sadp.address", value(found, name))


def answer(payload: bytes) -> Node:
    """The ProbeMatch or Hello element; ValueError where `payload` holds none of SADP's."""
    for node in tree(payload).children:
        kind = next((child.text for child in node.children if child.name == "Types"), "")
        if ANSWERS.get(node.name) == kind.lower():
            return node
    raise ValueError("no SADP answer")


def value(found: Node, name: str) -> str:
    """A field's text; "" where the device says that it has none."""
    text = found.said(name)
    return "" if text.lower() in NOTHING else text


def _written(found: Node) -> str:
    """The answer as one line of plain elements, so that rules need not know about blanks, prefixes and order of a firmware."""
    items = [f"<{node.name}>{node.text}</{node.name}>" for node in found.children if node.text and _tells(node)]
    # The kind first: a long answer is cut at the end.
    kind = [item for item in items if item.startswith("<Types>")]
    return (f"<{found.name}>" + "".join((*kind, *(item for item in items if item not in kind))))[:LONGEST]


def _tells(node: Node) -> bool:
    return node.name not in UNSAID and "*" not in node.text
