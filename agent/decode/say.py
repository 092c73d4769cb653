"""How readers write facts: nothing for an empty value, and no value longer than a page of text."""

import json
from collections.abc import Iterator

from model.claims import Fact

LONGEST = 4096  # characters; a longer value is a flood, not a name


def said(evidence: str, about: str, key: str, value: str) -> Iterator[Fact]:
    """One fact, or none where `value` is blank."""
    kept = value[:LONGEST].strip()
    if kept:
        yield Fact(evidence, about, key, kept)


def attached(evidence: str, about: str, port: str = "", vlan: str = "", ssid: str = "") -> Iterator[Fact]:
    """The fact that `about` hangs on this port, VLAN or SSID of the target; none where nothing is known of it."""
    where = {"port": port[:255], "vlan": vlan[:255], "ssid": ssid[:255]}
    if any(where.values()):
        yield Fact(evidence, about, "attached", _object(where))


def network(evidence: str, name: str, kind: str, named_by: str, interface: str = "") -> Fact:
    """The fact that the target knows of a subnet, VLAN or SSID. `kind` and `named_by` as in model.claims; `interface`: where it stands."""
    items = {"name": name[:255], "kind": kind, "named_by": named_by}
    return Fact(evidence, "self", "network", _object({**items, "interface": interface[:255]} if interface else items))


def _object(items: dict[str, str]) -> str:
    return json.dumps(items, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
