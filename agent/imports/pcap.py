"""Packet files: frames of the listed discovery protocols become evidence; everything else is counted and left where it was."""

from collections.abc import Iterator, Sequence

import msgspec

from agent.ask import Source
from agent.decode.pcap import is_pcap, packets
from agent.frames import _read
from agent.frames._pages import Pages, evidence, unreadable
from agent.frames._pick import KNOWN, Pick, kept
from agent.frames._places import places
from agent.imports import _lines
from model.claims import Fact
from model.evidence import Evidence, observed
from model.trouble import Trouble

TITLE = "packets that tcpdump, Wireshark or a switch captured (pcap, pcapng)"
KIND = "pcap"


def sniff(name: str, head: bytes) -> bool:
    """Whether it begins as a packet file does."""
    return is_pcap(head)


def take(source: Source) -> Iterator[Evidence]:
    """Pages of frames, then a note of how many there were of what. A file cut short gives what is whole, and says where it was cut.

    Trouble if it is no packet file, or none of its packets can be read.
    """
    taking = _Taking(source)
    base = _lines.observation(source, KIND)
    broken = 0
    for page in taking.pages():
        broken += unreadable(page)
        yield page
    if not taking.seen:
        raise Trouble(source.origin, taking.fault or "holds no packet", "check the file, or record it again")
    asked = f"import: {taking.told()}, {broken:,} not readable and kept as they are"
    yield observed(msgspec.structs.replace(base, status="noted", asked=asked))
    if taking.fault:
        asked = f"{taking.fault}: the {taking.seen:,} packets before it are used"
        yield observed(msgspec.structs.replace(base, status="failed", asked=asked))


class _Taking:
    """One file on its way to pages. After `pages` the counts of packets, and `fault`: where the file broke off, "" where it did not."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._held = Pages()
        self._pick = Pick(places(_read.places()))
        self.seen = self.dropped = self.strange = 0
        self.fault = ""

    def pages(self) -> Iterator[Evidence]:
        base = _lines.observation(self._source, KIND)
        try:
            for packet in packets(self._source.data):
                self.seen += 1
                if packet.link_type not in KNOWN:
                    self.strange += 1
                elif not self._pick.passes(packet.data, packet.link_type):
                    self.dropped += 1
                else:
                    data, link_type = kept(packet.data, packet.link_type)
                    for page in self._held.add(packet.at, len(data), data, link_type):
                        yield evidence(base, page)
        except ValueError as fault:
            self.fault = str(fault)
        for page in self._held.flush():
            yield evidence(base, page)

    def told(self) -> str:
        """The counts in words."""
        held = self._held
        counts = [
            f"{self.seen:,} packets",
            f"{held.kept:,} kept",
            f"{held.repeated:,} repeated",
            f"{held.beyond:,} beyond what is kept of one sender",
            f"{self.dropped:,} of other protocols left out unseen",
            f"{self.strange:,} of link types that are not read",
        ]
        return ", ".join(counts)


def read(evidence: Sequence[Evidence]) -> Iterator[Fact]:
    """What the frames of a page say: see agent.frames."""
    yield from _read.read(evidence)
