"""Fact and Claim: what a reader decoded, and what a rule says about it."""

from typing import Literal

import msgspec

Grade = Literal["declared", "witnessed", "component", "hint"]
# gc=False here and in the other nouns: trees of texts hold no cycle, and there are a million of them to walk in vain.


class Fact(msgspec.Struct, frozen=True, order=True, gc=False):
    """One decoded value. `evidence`: its id. `key`: Recog's name where Recog has one. `value`: text; bytes as lower-case hex.

    `about` says what the value is of, seen from the observation's target:
    `self` the target; `component:PATH` a part of it; `neighbor:PATH` another device that the target names (LLDP, CDP);
    `station:MAC` a station in one of its tables, caches or frames; `host:ADDRESS` a host that answered a sweep over a link, or
    spoke in a captured frame, first hand; `host:MAC` one that sent a frame which proves no address; `host:X/neighbor:PATH` and
    `host:X/station:MAC` what that host tells of others. `frame:DISSECTOR` how reading frames went: it becomes a fault, no device.
    `service:KIND` a service that the site uses: it becomes no device.
    Keys `attached` and `network` hold a small JSON object:
    attached {"port","vlan","ssid"}: where the station or neighbour hangs on the target; network {"name","kind","named_by"}: a subnet,
    VLAN or SSID the target knows of (kind `subnet`, `vlan`, `ssid`; named_by `route`, `interface`, `vlan-table`, `dhcp`, `controller`,
    `advertisement`).
    """

    evidence: str
    about: str
    key: str
    value: str


class Claim(msgspec.Struct, frozen=True, order=True, gc=False):
    """A fact and the rule that spoke. `maker`: stem of the rules file, "" for a hint at none. `rule`: `maker/rule-id`."""

    evidence: str
    about: str
    key: str
    value: str
    rule: str
    grade: Grade
    maker: str
    producer: str = ""
    kind: str = ""
    model: str = ""
    product: str = ""
    serial: str = ""
    firmware: str = ""


_FIELDS = msgspec.json.Decoder(dict[str, str])


def fields(value: str) -> dict[str, str]:
    """The object in the value of an `attached` or `network` fact; {} where a stranger's evidence holds something else there."""
    try:
        return _FIELDS.decode(value)
    except (msgspec.MsgspecError, UnicodeEncodeError):
        return {}
