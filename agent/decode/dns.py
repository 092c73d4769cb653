"""What a device says of itself over mDNS and LLMNR: its names, services and the texts that tell maker and model.

Only answers count, and of those only what the speaker owns: repeaters (avahi's reflector, sleep proxies, a controller's gateway)
send other devices' records from their own address. Sources: RFC 6762, RFC 6763, RFC 4795; key names from the makers' published
service types (Bonjour Printing, AirPlay, Google Cast, Axis).
"""

from collections.abc import Iterator

from agent.decode.dns_message import AAAA, CHAOS, PTR, SRV, TXT, A, Message, Record, read
from agent.decode.macs import is_station, mac
from agent.decode.say import said
from model.claims import Fact

TYPES = "_services._dns-sd._udp.local"
MOST = 64  # facts of one kind from one message
# TXT keys that name maker, model, serial, firmware or product; others (paths, states, tokens, users) are nobody's business.
KEYS = frozenset(
    """ty product usb_mfg usb_mdl mfg mdl manufacturer vendor brand model modelname model_name modelid md am rpmd fn
    serialnumber serial sn fv fw firmware version srcvers osxvers macaddress mac uuid devtype""".split()
)


def facts(evidence: str, about: str, payload: bytes, address: str = "") -> Iterator[Fact]:
    """mDNS: `mdns.name`, `mdns.service`, `mdns.instance`, `mdns.txt`, `mac.address`. Nothing from rubbish or questions.

    `address`: the speaker's, where it is known (an `about` of `host:ADDRESS` says it too).
    """
    message = _answer(payload)
    address = address or (about[5:] if about.startswith("host:") else "")
    if message is None:
        return
    own = _own(message, address.partition("%")[0])
    seen: set[tuple[str, str]] = set()
    for key, value in _types(message) if own is None else _values(message, own):
        if (key, value) not in seen and sum(key == known for known, _ in seen) < MOST:
            seen.add((key, value))
            yield from said(evidence, about, key, value)


def llmnr(evidence: str, about: str, payload: bytes) -> Iterator[Fact]:
    """LLMNR: `llmnr.name`, of a reverse answer the name, of a forward one the name that the speaker answers for."""
    message = _answer(payload)
    names = {} if message is None else {_named(one): None for one in message.records if one.kind in (A, AAAA, PTR)}
    for name in list(names)[:MOST]:
        yield from said(evidence, about, "llmnr.name", name)


def _named(record: Record) -> str:
    return record.target if record.kind == PTR else record.name


def _answer(payload: bytes) -> Message | None:
    try:
        message = read(payload)
    except ValueError:
        return None
    return message if message.response and not message.flags & 0x0F else None


def _own(message: Message, address: str) -> frozenset[str] | None:
    """Host names that are the speaker's own; None where nothing shows that the message is about the speaker.

    A repeater passes records on one by one: a pointer or a text without an address beside it may be anybody's.
    """
    hosts: dict[str, set[str]] = {}
    for one in message.records:
        if one.kind in (A, AAAA):
            hosts.setdefault(one.name.lower(), set()).add(one.address)
    own = {name for name, addresses in hosts.items() if address in addresses}
    if own:
        return frozenset(own)
    said_kin = any((":" in one) == (":" in address) for addresses in hosts.values() for one in addresses)
    if address and (
        said_kin or not hosts
    ):  # addresses of this family, and the speaker's is not among them, or none at all
        return None
    targets = {one.target.lower() for one in message.records if one.kind == SRV} | set(hosts)
    return frozenset(targets) if len(targets) < 2 else None


def _values(message: Message, own: frozenset[str]) -> Iterator[tuple[str, str]]:
    others = {one.name.lower() for one in message.records if one.kind == SRV and one.target.lower() not in own}
    for one in message.records:
        if one.cls == CHAOS or one.name.lower() in others or one.target.lower() in others:
            continue
        if one.kind in (A, AAAA) and one.name.lower() in own:
            yield "mdns.name", one.name
        elif one.kind == SRV:
            yield "mdns.name", one.target
            yield from _instance(one.name)
        elif one.kind == PTR:
            yield from _listed(one)
        elif one.kind == TXT:
            yield from _instance(one.name)
            yield from _texts(one)


def _types(message: Message) -> Iterator[tuple[str, str]]:
    """Of what may be others' records only the types of service on this link, as `mdns.service` without an instance."""
    if not any(one.kind in (A, AAAA) for one in message.records):
        for one in message.records:
            if one.kind == PTR and one.cls != CHAOS and one.name.lower() == TYPES:
                yield from _listed(one)


def _listed(record: Record) -> Iterator[tuple[str, str]]:
    name = record.name.lower()
    if name == TYPES:
        yield "mdns.service", record.target.removesuffix(".local")
    elif name.startswith("_"):
        yield from _instance(record.target)
    elif name.endswith((".in-addr.arpa", ".ip6.arpa")):
        yield "mdns.name", record.target


def _instance(name: str) -> Iterator[tuple[str, str]]:
    """Of `Office printer._ipp._tcp.local`: the service with its instance, and the instance alone."""
    head, middle, rest = name.partition("._")
    service = "_" + rest.removesuffix(".local")
    if not middle or service.count(".") != 1 or head.startswith("_"):
        return
    yield "mdns.service", f"{service} {head}"
    yield "mdns.instance", head
    _host, bracket, rest = head.partition(" [")
    station = mac(rest.removesuffix("]")) if bracket else ""
    if service == "_workstation._tcp" and is_station(station):  # avahi's form: `host [00:11:22:33:44:55]`
        yield "mac.address", station


def _texts(record: Record) -> Iterator[tuple[str, str]]:
    pairs = [text.decode("utf-8", "replace").partition("=") for text in record.texts]
    if any(_shared(name.lower(), value.lower()) for name, _, value in pairs):
        return
    for name, equals, value in pairs:
        if not equals or name.lower() not in KEYS or not value.strip() or not value.isprintable():
            continue
        yield "mdns.txt", f"{name}={value}"
        if name.lower() == "macaddress" and is_station(mac(value)):
            yield "mac.address", mac(value)


def _shared(name: str, value: str) -> bool:
    """A print server's queue: its texts are of the printer behind it (CUPS says so in these two keys), not of the speaker."""
    return name == "printer-type" or (name == "rp" and value.startswith(("printers/", "classes/")))


def version(evidence: str, about: str, payload: bytes) -> Iterator[Fact]:
    """`dns.versionbind`: the text of a CHAOS answer for version.bind."""
    message = _answer(payload)
    for one in message.records if message else ():
        if (one.kind, one.cls, one.name.lower()) == (TXT, CHAOS, "version.bind"):
            yield from said(evidence, about, "dns.versionbind", b"".join(one.texts).decode("utf-8", "replace"))
            return
