"""XML that nmap wrote (`-oX`): each host that was up is a dialogue of its own; its own element is the evidence.

defusedxml decides whether the bytes are fit to be parsed at all; then python-nmap reads them. What nmap concluded
(products, operating systems, MAC vendors) is its opinion and stays a hint; outputs that quote a device are facts.
"""

from collections.abc import Iterator, Sequence
from io import BytesIO
from typing import Any
from xml.etree.ElementTree import Element, ParseError, tostring

from defusedxml import DefusedXmlException  # type: ignore[import-untyped]
from defusedxml.ElementTree import fromstring, iterparse  # type: ignore[import-untyped]

from agent.ask import Source
from agent.decode.macs import is_station, mac
from agent.decode.nets import usable
from agent.decode.say import said
from agent.imports import _lines, _nmap_scripts
from model.claims import Fact
from model.evidence import Evidence, Observation
from model.trouble import Trouble

TITLE = "XML that nmap -oX wrote"
KIND, MEDIA = "nmap_xml", "application/xml"
_HEAD = b'<nmaprun args=""><runstats><finished timestr="" elapsed=""/><hosts up="1" down="0" total="1"/></runstats>'


def sniff(name: str, head: bytes) -> bool:
    """Whether the root element is nmap's."""
    return b"<nmaprun" in head[:4096]


def take(source: Source) -> Iterator[Evidence]:
    """A dialogue for each host that was up, vantage `file:ORIGIN#address`. A file cut short gives what was whole."""
    some = False
    try:
        for host in _hosts(source.data):
            address = _address(host)
            some = True
            if address:
                first = _lines.observation(source, KIND, f"file:{source.origin}#{address}", address)
                yield from _lines.dialogue(first, _bodies(host), MEDIA)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as fault:  # LookupError: an encoding nobody knows
        what = f"not XML that can be read ({type(fault).__name__}: {str(fault)[:100]})"
        if not some:
            raise Trouble(source.origin, what, "write it again with nmap -oX") from None
        yield from _lines.failed(source, KIND, [_lines.Fault(source.data.count(b"\n") + 1, what, b"")])
        return
    if not some:
        raise _lines.wrong_kind(source, KIND, "a host in an nmaprun element")


def seen(data: bytes, first: Observation) -> Iterator[Evidence]:
    """What nmap, run by this program, saw of `first.target`: a dialogue that begins with `first`. ValueError for what is no such XML."""
    try:
        for host in _hosts(data):
            if _address(host) == first.target:
                yield from _lines.dialogue(first, _bodies(host), MEDIA)
    except (ParseError, DefusedXmlException, LookupError) as fault:
        raise ValueError(f"nmap wrote no XML that can be read ({type(fault).__name__})") from None


def _bodies(host: Element) -> Iterator[bytes]:
    return _cut(tostring(_masked(host), "utf-8"))


def _hosts(data: bytes) -> Iterator[Element]:
    # nmap writes a DOCTYPE without entities; defusedxml still refuses any entity and anything external.
    root: Element | None = None
    for event, element in iterparse(BytesIO(data), events=("start", "end")):
        if root is None:
            root = element
            if element.tag != "nmaprun":
                raise ValueError(f"the root element is {element.tag[:40]!r}")
        if event == "end" and element.tag == "host":
            yield element
            root.clear()


def _address(host: Element) -> str:
    """The address of a host that was up: IPv4, else IPv6, else the first; "" for others."""
    status = host.find("status")
    if status is not None and status.get("state") != "up":
        return ""
    found = {one.get("addrtype", ""): one.get("addr", "") for one in host.findall("address")}
    return found.get("ipv4") or found.get("ipv6") or next(iter(found.values()), "")


def _masked(host: Element) -> Element:
    """The element without what guessing scripts found, and with cookies' values overwritten. In place."""
    host.tail = None
    for parent in (*host.findall("ports/port"), *host.findall("hostscript")):
        for script in parent.findall("script"):
            if _nmap_scripts.guesses(script.get("id", "")):
                parent.remove(script)
                continue
            for part in script.iter():
                part.attrib.update({key: _nmap_scripts.masked(value) for key, value in part.attrib.items()})
                part.text = _nmap_scripts.masked(part.text or "")
    return host


def _cut(body: bytes) -> Iterator[bytes]:
    for at in range(0, len(body), _lines.PAGE):
        yield body[at : at + _lines.PAGE]


def read(evidence: Sequence[Evidence]) -> Iterator[Fact]:
    """Addresses, open ports and quoted banners of one host; nothing where the element cannot be read."""
    good = [one for one in evidence if one.observation.status == "answered"]
    good.sort(key=lambda one: one.observation.step)
    if good:
        for _, host in _scanned(b"".join(one.body or b"" for one in good)):
            yield from _host(good[0].id, host)


def _scanned(body: bytes) -> list[tuple[str, dict[str, Any]]]:
    from nmap import PortScanner, PortScannerError

    try:
        if fromstring(body).tag != "host":
            return []
        # Its constructor looks for the nmap program, which nobody needs for reading a file.
        scanner = PortScanner.__new__(PortScanner)
        found = scanner.analyse_nmap_xml_scan((_HEAD + body + b"</nmaprun>").decode("utf-8"))
        return list(found["scan"].items())
    except (ParseError, DefusedXmlException, PortScannerError, ValueError, AttributeError, LookupError, TypeError):
        # python-nmap expects every attribute that nmap writes; where a stranger's file lacks one, nothing was learnt.
        return []


def _host(evidence: str, host: dict[str, Any]) -> Iterator[Fact]:
    addresses = host.get("addresses", {})
    if is_station(own := mac(addresses.get("mac"))):
        yield from said(evidence, "self", "mac.address", own)
    for family in ("ipv4", "ipv6"):
        if usable(addresses.get(family) or ""):
            yield from said(evidence, "self", "ip.address", addresses[family])
    for name in host.get("hostnames", []):
        yield from said(evidence, "self", "dns.name", name.get("name") or "")
    for number, port in sorted(host.get("tcp", {}).items()):
        if port.get("state") == "open":
            yield from said(evidence, "self", "tcp.open", str(number))
            yield from _service(evidence, f"{number}/tcp", port)
    for script in host.get("hostscript", []):
        yield from _nmap_scripts.facts(evidence, "", script.get("id") or "", script.get("output") or "")
    for number, port in sorted(host.get("udp", {}).items()):
        if port.get("state") == "open":
            yield from _service(evidence, f"{number}/udp", port)


def _service(evidence: str, where: str, port: dict[str, Any]) -> Iterator[Fact]:
    words = [port.get(key) or "" for key in ("name", "product", "version", "extrainfo")]
    if any(words[1:]):
        yield from said(evidence, "self", "nmap.service", " ".join([where, *filter(None, words)]))
    for name, output in sorted((name or "", output) for name, output in (port.get("script") or {}).items()):
        yield from _nmap_scripts.facts(evidence, words[0], name or "", output or "")
