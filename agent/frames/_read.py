"""The facts of captured pages: each frame goes to every dissector that stands at one of its places. A frame that breaks one is counted."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from types import ModuleType

from agent.decode import beacon, wifi
from agent.decode.ether import COOKED, COOKED_2, Frame, on_link, parse, parse_cooked
from agent.decode.macs import is_station
from agent.decode.pcap import packets
from agent.decode.say import attached, said
from agent.decode.vlans import told
from model import folder
from model.claims import Fact
from model.evidence import Evidence

PACKAGE = "agent.frames"
ETHERNET = 1
UNREADABLE = "frame.unreadable"
MOST_FACTS = 256  # of one frame
MOST_REASONS = 32  # kinds of breakage told of one page


def read(evidence: Sequence[Evidence]) -> Iterator[Fact]:
    """Facts of every frame in bodies that are captures, each once a page.

    `frame.unreadable` about `frame:DISSECTOR` says how many frames broke it, and why.
    """
    for one in evidence:
        if one.body:
            yield from _page(one.id, one.body)


def _page(evidence: str, body: bytes) -> Iterator[Fact]:
    seen: dict[Fact, None] = {}
    broken: Counter[tuple[str, str]] = Counter()
    try:
        for packet in packets(body):
            if packet.link_type == wifi.WIFI:
                seen.update(dict.fromkeys(_radio(evidence, packet.data, broken)))
                continue
            frame = _parsed(packet.link_type, packet.data, broken)
            if frame is not None:
                seen.update(dict.fromkeys(_heard(evidence, frame, broken)))
    except ValueError as fault:
        broken["capture", str(fault)] += 1
    yield from seen
    for (name, why), count in broken.most_common(MOST_REASONS):
        yield Fact(evidence, f"frame:{name}", UNREADABLE, f"{count} {why[:200]}")


def _radio(evidence: str, data: bytes, broken: Counter[tuple[str, str]]) -> Iterator[Fact]:
    """An access point heard on the air: its network is its own word, all else as if a table told it. Whose it is, a person says."""
    try:
        found = wifi.told(data)
    except ValueError as fault:
        broken["wifi", str(fault)] += 1
        return
    about, name = f"station:{found.bssid}", beacon.ssid(found.elements)
    yield from said(evidence, about, "mac.address", found.bssid)
    yield from attached(evidence, about, ssid=name)
    yield from beacon.facts(evidence, about, found.elements)
    if name:
        yield told(evidence, f"host:{found.bssid}", name, "ssid", "radio")


def _parsed(link_type: int, data: bytes, broken: Counter[tuple[str, str]]) -> Frame | None:
    try:
        if link_type == ETHERNET:
            return parse(data)
        if link_type in (COOKED, COOKED_2):
            return parse_cooked(data, link_type)
        broken["link", f"a link type that is not read: {link_type}"] += 1
    except ValueError as fault:
        broken["ether", str(fault)] += 1
    return None


def _heard(evidence: str, frame: Frame, broken: Counter[tuple[str, str]]) -> Iterator[Fact]:
    """What all dissectors make of a frame, and whose frame it was; nothing of one that none of them wants."""
    wanted = wanting(frame)
    if not wanted or not frame.speaker:
        return
    yield from _stations(evidence, frame)
    for name, dissector in wanted.items():
        yield from _tried(name, dissector, evidence, frame, broken)


def _stations(evidence: str, frame: Frame) -> Iterator[Fact]:
    """Sender and receiver by their MACs, so that none goes missing; the sender's address where the packet proves it."""
    if frame.sender:
        yield from said(evidence, frame.sender, "mac.address", frame.source)
    if frame.destination and is_station(frame.destination):
        yield from said(evidence, f"station:{frame.destination}", "mac.address", frame.destination)
    if on_link(frame):
        yield from said(evidence, frame.speaker, "mac.address", frame.source)


def _tried(
    name: str, dissector: ModuleType, evidence: str, frame: Frame, broken: Counter[tuple[str, str]]
) -> Iterator[Fact]:
    found: list[Fact] = []
    try:
        for fact in dissector.read(evidence, frame):
            found.append(fact)
            if len(found) >= MOST_FACTS:
                raise ValueError(f"more than {MOST_FACTS} facts in one frame")
    except ValueError as fault:
        broken[name, str(fault)] += 1
    except Exception as fault:  # noqa: BLE001 - a dissector's bug must not cost the other frames; it is counted and said
        broken[name, f"{type(fault).__name__}: {fault}"] += 1
    yield from found


def wanting(frame: Frame) -> dict[str, ModuleType]:
    """The dissectors that stand at a place of this frame, by name."""
    held = _by_place(tuple(folder.names(PACKAGE)))
    return {name: module for place in frame.places for name, module in held.get(place, {}).items()}


def places(traffic: bool = False) -> tuple[str, ...]:
    """Every place at which a dissector stands; those of users' traffic only where `traffic` says so."""
    return tuple(sorted({place for one in modules() for place in one.WHERE if traffic or not one.TRAFFIC}))


def modules() -> Iterable[ModuleType]:
    """All dissectors of the folder, by name."""
    return folder.modules(PACKAGE).values()


@lru_cache(maxsize=4)  # by the folder's names: a file added since is found
def _by_place(names: tuple[str, ...]) -> dict[str, dict[str, ModuleType]]:
    held: dict[str, dict[str, ModuleType]] = {}
    for name in names:
        module = folder.module(PACKAGE, name)
        for place in module.WHERE:
            held.setdefault(place, {})[name] = module
    return held
