"""Scalars that are one text each: the shape of most makers' identity groups."""

from collections.abc import Callable, Iterator, Mapping

from agent.decode.macs import is_station, mac
from agent.decode.say import said
from agent.decode.walk import Walk
from model.claims import Fact


def texts(walk: Walk, evidence_of: Callable[[str], str], keys: Mapping[str, str]) -> Iterator[Fact]:
    """One fact about `self` for each object of `keys` ({object: key}) that answered a text."""
    for oid, key in keys.items():
        if walk.get(oid):
            yield from said(evidence_of(oid), "self", key, walk.text(oid))


def first(walk: Walk, evidence_of: Callable[[str], str], oids: tuple[str, ...], key: str) -> Iterator[Fact]:
    """One fact about `self`: the text of the first of `oids` that has one."""
    found = next((oid for oid in oids if walk.text(oid)), None)
    if found:
        yield from said(evidence_of(found), "self", key, walk.text(found))


def presence(
    walk: Walk, evidence_of: Callable[[str], str], oids: tuple[str, ...], key: str, number: str
) -> Iterator[Fact]:
    """The fact that a maker's own tree answered at all: `key` = its number, from the first object that did."""
    found = next((oid for oid in oids if walk.get(oid)), None)
    if found:
        yield from said(evidence_of(found), "self", key, number)


def own_mac(walk: Walk, evidence_of: Callable[[str], str], oid: str, key: str) -> Iterator[Fact]:
    """A hardware address that the device calls its own: as `key`, and as `mac.address`."""
    found = mac(walk.value(oid))
    if is_station(found):
        yield from said(evidence_of(oid), "self", key, found)
        yield from said(evidence_of(oid), "self", "mac.address", found)
