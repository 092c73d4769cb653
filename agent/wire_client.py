"""The program's end of the wire process: begins it with the scope it must keep to, gives it jobs, reads the kernel's neighbours."""

import contextlib
import ctypes
import ipaddress
import json
import os
import select
import struct
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from agent.links import Link, neighbours_of
from agent.wire import pipe
from agent.wire.heard import Batch, unpacked
from agent.wire_way import way
from model.spans import Spans, spans
from model.trouble import Trouble

TICK = 0.2  # seconds: the driver serves other dialogues between two batches
PATIENCE = 10.0  # seconds for the process to start, or to say its last word
RETRIES, WAIT = 1, 1.0
CAPABILITY_VERSION = 0x20080522  # _LINUX_CAPABILITY_VERSION_3 of linux/capability.h
PAIR, NODE = 10, 22  # bytes: four or sixteen of the address, six of the MAC
LAST = ("done", "refused", "failed")
MEND = "see `laydown doctor` for what works here"


class WireProcess:
    """`agent.driver.Wire` by another process. `lacks`: why it cannot send, "" if it can.

    After a sweep `asked` holds the addresses really asked, `sent` the frames, `elsewhere` the replies of others, and `stopped` says by
    interface why a sweep ended early.
    """

    def __init__(self, targets: Spans, exclude: Spans, ceiling: float, links: Sequence[Link]) -> None:
        """`exclude`: whatever no frame may ask for. `ceiling`: frames/s that no job may pass."""
        self.asked, self.sent, self.elsewhere = Spans(), 0, 0
        self.stopped: dict[str, str] = {}
        self.on_asked: Callable[[int], None] = lambda _: None  # hears how many more addresses were asked
        self._links = {link.name: link for link in links}
        self._heard = bytearray()
        self._jobs = 0
        self._way = way()
        _give_up_rights()
        self._say(do="hello", targets=_pairs(targets), exclude=_pairs(exclude), ceiling=ceiling)
        self.lacks = self._ready()

    def arp(self, interface: str, addresses: Spans, rate: float) -> Iterator[list[tuple[str, str]]]:
        """Batches of (address, MAC); an empty one at least every TICK seconds. Trouble if it cannot begin or had to stop."""
        link = self._links.get(interface)
        if link is None or not link.mac:
            raise Trouble(interface, "no link that speaks ARP", MEND)
        mine = spans(address for address, _ in link.addresses) & addresses
        # Nobody answers a question about one's own address; this machine is on the link all the same.
        self.on_asked(mine.size)
        yield [(str(address), link.mac) for address in mine.addresses()]
        for source, prefix in link.addresses:
            wanted = (addresses - mine) & spans([prefix])
            if wanted.ranges:
                yield from self._job(interface, source, wanted, rate)

    def neighbours(self, interface: str) -> list[Mapping[str, str]]:
        """The kernel's table of `interface`; nothing is sent."""
        return neighbours_of(interface)

    def close(self) -> None:
        """End the process: it stops sending as soon as its pipe closes."""
        self._way.close()

    def nodes(self, interface: str, wait: float) -> Iterator[list[tuple[str, str]]]:
        """(address, MAC) batches of who answers one echo to ff02::1; Trouble if it cannot be sent, or was less than a minute ago."""

        def ended(header: pipe.Message) -> None:
            if why := header["stopped"] if header["event"] == "done" else _refusal(header, "question to all nodes"):
                raise Trouble(interface, why, MEND)

        for _, body in self._messages(ended, do="nodes", interface=interface, wait=wait):
            yield [(str(ipaddress.IPv6Address(one[:16])), one[16:].hex(":")) for one in _cut(body, NODE)]

    def listen(self, interface: str, program: Sequence[Sequence[int]], promiscuous: bool = False) -> Iterator[Batch]:
        """What passes `program`, a classic BPF filter, until `hush`, or closed; nothing is sent. Trouble if it cannot be heard."""

        def ended(header: pipe.Message) -> None:
            if why := header["stopped"] if header["event"] == "done" else _refusal(header, "listening"):
                raise Trouble(interface, why, "look at the interface with `ip link`, or name another with -i")

        known = {"interface": interface, "filter": [list(step) for step in program], "promiscuous": promiscuous}
        for header, body in self._messages(ended, do="listen", **known):
            yield Batch(tuple(unpacked(body)), header.get("dropped"))

    def hush(self) -> None:
        """End listening: what was heard until now still comes."""
        self._say(do="stop")

    def _job(self, interface: str, source: str, wanted: Spans, rate: float) -> Iterator[list[tuple[str, str]]]:
        known = {"interface": interface, "source": source, "retries": RETRIES, "wait": WAIT}
        told = 0
        messages = self._messages(
            partial(self._account, interface), do="arp", addresses=_pairs(wanted), rate=rate, **known
        )
        for header, body in messages:
            if "so_far" in header:
                self.on_asked(header["so_far"] - told)
                told = header["so_far"]
            if header.get("event") == "done":
                self.on_asked(wanted.size - told)
            yield _batch(body)

    def _messages(self, ended: Callable[[pipe.Message], None], **job: Any) -> Iterator[tuple[pipe.Message, bytes]]:
        """What comes of a job, ({}, b"") each TICK without news. `ended` hears its last word, also when it is closed before its end."""
        self._jobs += 1
        self._say(job=self._jobs, **job)
        header: pipe.Message = {}
        try:
            while header.get("event") not in LAST:
                header, body = self._next(TICK)
                yield header, body
            ended(header)
        finally:
            if header.get("event") not in LAST:  # whoever asked was interrupted
                self._stop(ended)

    def _stop(self, ended: Callable[[pipe.Message], None]) -> None:
        with contextlib.suppress(Trouble):
            self._say(do="stop")
            for _ in range(int(PATIENCE / TICK)):
                header, _ = self._next(TICK)
                if header.get("event") in LAST:
                    ended(header)
                    return

    def _account(self, interface: str, header: pipe.Message) -> None:
        if header["event"] != "done":
            raise Trouble(interface, _refusal(header, "sweep"), MEND)
        self.asked |= Spans(tuple((4, first, last) for first, last in header["asked"]))
        self.sent += header["sent"]
        self.elsewhere += header["elsewhere"]
        if header["stopped"]:
            self.stopped[interface] = header["stopped"]
            raise Trouble(interface, header["stopped"], "look at the switch before the next try; no retry is made")

    def _ready(self) -> str:
        header, _ = self._next(PATIENCE)
        return "the wire process does not start" if header.get("event") != "ready" else str(header["lacks"])

    def _say(self, **header: object) -> None:
        try:
            pipe.send(self._way.inward, header)
        except OSError:
            raise Trouble("wire process", "ended unexpectedly", MEND) from None

    def _next(self, seconds: float) -> tuple[pipe.Message, bytes]:
        """The next message, ({}, b"") if none came in time; Trouble if the process is gone."""
        while (found := self._whole()) is None:
            fd = self._way.outward
            if not select.select([fd], [], [], seconds)[0]:
                return {}, b""
            data = os.read(fd, 1 << 20)
            if not data:
                raise Trouble("wire process", "ended unexpectedly", MEND)
            self._heard += data
        return found

    def _whole(self) -> tuple[pipe.Message, bytes] | None:
        end = self._heard.find(b"\n") + 1
        if not end:
            return None
        header = json.loads(self._heard[:end])
        size = header.get("size", 0)
        if len(self._heard) < end + size:
            return None
        body = bytes(self._heard[end : end + size])
        del self._heard[: end + size]
        return header, body


def _give_up_rights() -> None:
    """The child has the right to raw frames; this process, unless it is root's, needs no right from here on."""
    if os.geteuid() != 0:
        header = struct.pack("=II", CAPABILITY_VERSION, 0)
        ctypes.CDLL(None).capset(header, bytes(24))  # effective, permitted and inheritable, in two halves: all empty


def _pairs(these: Spans) -> list[list[int]]:
    return [[first, last] for version, first, last in these.ranges if version == 4]


def _cut(body: bytes, size: int) -> Iterator[bytes]:
    return (body[at : at + size] for at in range(0, len(body), size))


def _batch(body: bytes) -> list[tuple[str, str]]:
    return [(str(ipaddress.IPv4Address(one[:4])), one[4:].hex(":")) for one in _cut(body, PAIR)]


def _refusal(header: pipe.Message, what: str) -> str:
    return f"the wire process {header['event']} the {what} ({header.get('reason')})"
