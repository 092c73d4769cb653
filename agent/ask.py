"""What a probe may ask and what it hears: the contract between sans-I/O probes and the driver that owns every socket.

A probe is a module in agent/probes with
    TITLE: str                      what it does, for people
    REACH: "host" | "link" | "wide" | "group" | "machine" | "path"
                                    one dialogue a host; one an interface; one job over many addresses at once; one question to
                                    all stations of an interface, and the same to a host by itself where none may ask all; one
                                    dialogue with this machine itself; one for each --upstream TARGET
    PORTS: tuple[str, ...]          `udp/161`, `tcp/22`, `arp`, `icmp6`: for the notice and the never-touch rules
    DEFAULT: bool                   False: off unless asked for by name
    ask(target: Target) -> Generator[Request, Reply, None]
    read(evidence: Sequence[Evidence]) -> Iterator[Fact]      one completed dialogue, or its beginning with a status `cut`
An import is a module in agent/imports with
    TITLE: str
    sniff(name: str, head: bytes) -> bool                     is this file (its first 4 KB) of my kind?
    take(source: Source) -> Iterator[Evidence]                evidence; its `probe` is the module's own name (or the first-hand probe's)
    read(evidence: Sequence[Evidence]) -> Iterator[Fact]
Both are pure: no socket, no clock, no disk. Bodies hold no secret: the driver strips SNMP communities and masks HTTP-like headers
before an Evidence exists.
"""

from collections.abc import Generator
from typing import Literal

import msgspec

from model.evidence import Status

Verb = Literal["get", "next", "bulk"]


class Udp(msgspec.Struct, frozen=True):
    """One datagram to `port`; the reply's body is the first datagram that comes back. `wait` in seconds; sent 1 + `retries` times."""

    asked: str
    port: int
    payload: bytes
    media: str = "application/octet-stream"
    wait: float = 2.0
    retries: int = 1


class Tcp(msgspec.Struct, frozen=True):
    """Connect, send `payload` (may be empty), read until `until` is seen, `limit` bytes, the peer closes, or `wait` seconds of silence.

    `tls`: speak TLS first, any certificate accepted. `media` `message/http`, `message/rtsp` and `message/sip` are masked by the driver.
    A closed port answers `refused`, an open one that says nothing `silent` with an empty body, one that will not stop talking `cut`.
    """

    asked: str
    port: int
    payload: bytes = b""
    media: str = "application/octet-stream"
    until: bytes = b""
    limit: int = 16384
    wait: float = 4.0
    tls: bool = False


class Certificate(msgspec.Struct, frozen=True):
    """TLS handshake on `port`; the reply's body is the server's certificate (DER)."""

    asked: str
    port: int
    wait: float = 4.0


class Snmp(msgspec.Struct, frozen=True):
    """One SNMP request with the credential that the driver holds for this device. The reply's body is the response PDU (BER), no header.

    `oids` dotted without a leading dot. `repeats`: max-repetitions of `bulk` (v1 devices get `next`). No credential: status `excluded`.
    """

    asked: str
    verb: Verb
    oids: tuple[str, ...]
    repeats: int = 24
    context: str = ""


class Neighbours(msgspec.Struct, frozen=True):
    """Read the kernel's neighbour table of one interface. The reply's body: JSON lines {"address","mac","state"}; nothing is sent."""

    asked: str
    interface: str


class Sweep(msgspec.Struct, frozen=True):
    """One frame or datagram to many addresses, run as a job by the wire process (`arp`) or the driver (`udp`).

    `kind` arp: the driver fills interface and frame; the reply's body is JSON lines {"address","mac"}. `kind` udp: `payload` to `port` of
    each; JSON lines {"address","body"(base64)}. Replies come in batches: the generator is sent one Reply per batch, the last with
    status `answered` or `silent`, earlier ones with `noted`.
    """

    asked: str
    kind: Literal["arp", "udp"]
    addresses: tuple[str, ...]  # spans, see model.spans
    port: int = 0
    payload: bytes = b""
    media: str = "application/jsonlines"


class Group(msgspec.Struct, frozen=True):
    """One datagram to all stations of the target's interface: a multicast `group`, or 255.255.255.255 for its broadcast address.

    Sent once, with a TTL of 1, and never twice within a minute on one interface; only where nobody outside the scope hears it, else
    status `excluded`. Answers are gathered for `wait` seconds; `joined`: also those sent to the group itself. `from_port`: the
    port it leaves from where that can be had, 0 for any. Each datagram from an
    address in scope, at most `most` an address, becomes evidence about that address, a dialogue of its own; of the rest only the
    number is kept. One Reply comes at the end, its body JSON lines {"address","body"(base64)}.
    """

    asked: str
    port: int
    payload: bytes
    group: str
    joined: bool = False
    from_port: int = 0
    wait: float = 3.0
    most: int = 16
    media: str = "application/octet-stream"


class Nodes(msgspec.Struct, frozen=True):
    """One ICMPv6 echo request to ff02::1 on the target's interface, by the wire process; never twice within a minute.

    The reply's body: JSON lines {"address","mac"} of those in scope, who became evidence as an ARP sweep's do.
    """

    asked: str
    wait: float = 3.0


class Hops(msgspec.Struct, frozen=True):
    """The way to `target`: a UDP datagram for each hop limit, to ports nobody serves; only where the user named that target.

    The reply's body: JSON lines, first {"kind":"gateway","interface","address","mac"} from this machine's own tables, then
    {"kind":"hop","ttl","address","rtt_us"} for each limit a router answered to, `address` "" where none did in `tries`, then
    {"kind":"reached","ttl","address","rtt_us"} if the target itself answered. All values are texts. At most `most` limits, and
    no more after `mute` silent ones in a row. Nothing is ever sent to the routers heard.
    """

    asked: str
    target: str
    most: int = 30
    mute: int = 5
    tries: int = 2
    wait: float = 2.0
    port: int = 33434
    media: str = "application/jsonlines"


class Radio(msgspec.Struct, frozen=True):
    """The beacons that this machine's radios have heard of late, from the kernel; nothing is sent, no scan is started.

    The reply's body: JSON lines {"interface","bssid","ssid","mhz","dbm","elements"(hex)}; status `excluded` without a radio.
    """

    asked: str
    media: str = "application/jsonlines"


Request = Udp | Tcp | Certificate | Snmp | Neighbours | Sweep | Group | Nodes | Hops | Radio


class Reply(msgspec.Struct, frozen=True):
    """What came of a request. `body` as the request says, b"" unless something was received."""

    status: Status
    body: bytes = b""


class Target(msgspec.Struct, frozen=True):
    """Whom to ask. `address`: of a host; `interface` and `addresses` (spans) for link and wide probes.

    `open_ports`: TCP ports known open.
    """

    address: str = ""
    interface: str = ""
    addresses: tuple[str, ...] = ()
    mac: str = ""
    open_ports: tuple[int, ...] = ()


class Source(msgspec.Struct, frozen=True):
    """A file to import. `origin`: its short name in reports; `seen_at`: the file's own time (its modification), written form.

    `mapping`: (field, column) pairs that the user named for a table, for the kinds that have columns.
    """

    origin: str
    data: bytes
    seen_at: str
    mapping: tuple[tuple[str, str], ...] = ()


Dialogue = Generator[Request, Reply, None]
