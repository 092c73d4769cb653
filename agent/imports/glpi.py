"""Inventories that agents of GLPI, FusionInventory and OCS wrote: one computer, or the network devices that one of them asked.

JSON of GLPI's agent (`content.bios`, `content.network_device`), XML of the older ones (REQUEST/CONTENT). Source: GLPI's inventory
format and the agents' documentation.
"""

from collections.abc import Iterator, Sequence
from typing import Any
from xml.etree.ElementTree import Element, ParseError

import msgspec
from defusedxml import DefusedXmlException  # type: ignore[import-untyped]
from defusedxml.ElementTree import fromstring  # type: ignore[import-untyped]

from agent.ask import Source
from agent.imports import _inventory, _tables
from agent.imports._inventory import at, texts
from model.claims import Fact
from model.evidence import Evidence
from model.trouble import Trouble

TITLE = "inventories of GLPI, FusionInventory and OCS agents (JSON or XML)"
KIND, SHAPE = "glpi", "an inventory of an agent"
LARGEST = 64_000_000  # bytes of XML that are parsed


def sniff(name: str, head: bytes) -> bool:
    """Whether the root is an agent's REQUEST, or the JSON has an agent's content."""
    start = _tables.plain(head[:4096]).lstrip()
    if start.startswith(b"<"):
        return b"<REQUEST>" in start and (b"<CONTENT>" in start or b"<DEVICEID>" in start or b"<QUERY>" in start)
    return start.startswith(b"{") and (b'"deviceid"' in start or b'"versionclient"' in start) and b'"content"' in start


def take(source: Source) -> Iterator[Evidence]:
    """A note for each device, vantage `file:ORIGIN#name`. Trouble if the file is no inventory."""
    text = _tables.plain(source.data).strip()
    try:
        contents = _xml(text) if text.startswith(b"<") else _json(text)
    except (ParseError, DefusedXmlException, msgspec.MsgspecError, ValueError, LookupError, RecursionError) as fault:
        what = f"not an inventory that can be read ({type(fault).__name__}: {str(fault)[:100]})"
        raise Trouble(source.origin, what, "let the agent write it again") from None
    yield from _inventory.noted(source, KIND, iter(contents), SHAPE)


def _json(text: bytes) -> list[tuple[int, str, Any, str]]:
    whole = msgspec.json.decode(text, type=dict[str, Any])
    content = at(whole, "content")
    named = next(iter(texts(at(whole, "deviceid"))), "")
    return [(1, named, _kept(content), "")] if isinstance(content, dict) else []


def _kept(content: dict[str, Any]) -> dict[str, Any]:
    """What tells who made it and where it is on the network; software, users and processes are nobody's business here."""
    device = content.get("network_device")
    own = {key: content.get(key) for key in ("bios", "hardware") if isinstance(content.get(key), dict)}
    cards = (
        [one for one in content.get("networks") or () if isinstance(one, dict)]
        if isinstance(content.get("networks"), list)
        else []
    )
    return {**own, "networks": cards[:500], **({"network_device": device} if isinstance(device, dict) else {})}


def _xml(text: bytes) -> list[tuple[int, str, Any, str]]:
    if len(text) > LARGEST:
        raise ValueError(f"longer than {LARGEST:,} bytes")
    root: Element = fromstring(text)
    if root.tag != "REQUEST":
        raise ValueError(f"the root element is {root.tag[:40]!r}")
    named = (root.findtext("DEVICEID") or "").strip()
    found: list[tuple[int, str, Any, str]] = []
    for number, device in enumerate(root.iterfind("CONTENT/DEVICE"), 1):
        info = device.find("INFO")
        if info is not None:
            found.append(
                (number, info.findtext("NAME") or info.findtext("ID") or "", {"network_device": _plain(info)}, "")
            )
    content = root.find("CONTENT")
    if content is not None and (content.find("BIOS") is not None or content.find("NETWORKS") is not None):
        found.append((len(found) + 1, named, _kept(_of_content(content)), ""))
    return found


def _of_content(content: Element) -> dict[str, Any]:
    parts: dict[str, Any] = {
        name.lower(): _plain(part) for name in ("BIOS", "HARDWARE") if (part := content.find(name)) is not None
    }
    return {**parts, "networks": [_plain(one) for one in content.iterfind("NETWORKS")]}


def _plain(element: Element) -> dict[str, Any]:
    """{tag in lower case: text}, lists of addresses joined."""
    return {
        child.tag.lower(): " ".join(text.strip() for text in child.itertext() if text.strip())[:4096]
        for child in list(element)[:500]
    }


def read(evidence: Sequence[Evidence]) -> Iterator[Fact]:
    """What the agent says of one device, about `neighbor:inventory`."""
    for name, one in _inventory.held(evidence):
        device = at(one, "network_device")
        yield from _inventory.facts(name, _device(device) if isinstance(device, dict) else _computer(one))


def _device(device: dict[str, Any]) -> dict[str, list[str]]:
    return {
        "name": texts(device.get("name")),
        "manufacturer": texts(device.get("manufacturer")),
        "model": texts(device.get("model")),
        "serial": texts(device.get("serial")),
        "firmware": texts(device.get("firmware")),
        "mac": texts(device.get("mac")),
        "address": texts(device.get("ips")) + texts(device.get("ip")),
    }


def _computer(one: Any) -> dict[str, list[str]]:
    bios, cards = at(one, "bios"), at(one, "networks")
    cards = cards if isinstance(cards, list) else []
    return {
        "name": texts(at(one, "hardware", "name")),
        "manufacturer": texts(at(bios, "smanufacturer")) or texts(at(bios, "mmanufacturer")),
        "model": texts(at(bios, "smodel")) or texts(at(bios, "mmodel")),
        "serial": texts(at(bios, "ssn")) or texts(at(bios, "msn")),
        "mac": [text for card in cards for text in texts(at(card, "macaddr")) if not _virtual(card)],
        "address": [text for card in cards for key in ("ipaddress", "ipaddress6") for text in texts(at(card, key))],
    }


def _virtual(card: Any) -> bool:
    return str(at(card, "virtualdev")).lower() in ("1", "true")
