"""What `netsh dhcp server dump` printed: a Windows DHCP server's scopes and reservations. Source: Microsoft's netsh DHCP reference."""

import re
from collections.abc import Iterator, Sequence

from agent.ask import Source
from agent.decode.nets import subnet
from agent.decode.say import network, said
from agent.imports import _leases, _lines, _tables
from model.claims import Fact
from model.evidence import Evidence

TITLE = "the settings of a Windows DHCP server (netsh dhcp server dump)"
KIND, SHAPE = "windows_dhcp", "`Dhcp Server NAME …`"
_ROW = re.compile(r"(?i)(?:netsh )?dhcp server (\S+) (\S.*)")
_SCOPE = re.compile(r"(?i)add scope ([0-9.]+) ([0-9.]+)")
_RESERVED = re.compile(r'(?i)scope [0-9.]+ add reservedip ([0-9.]+) ([0-9a-f]{12})(?: "([^"]{0,255})")?')
_SECRET = re.compile(rb"(?i)(set dnscredentials? +\S+ +\S+ +)(\S.*)")


def sniff(name: str, head: bytes) -> bool:
    """Whether a line of the head is one of netsh's commands."""
    return any(_ROW.match(line.decode("utf-8", "replace")) for line in _tables.head(head))


def take(source: Source) -> Iterator[Evidence]:
    """One dialogue of pages; then the lines that are neither command nor comment. Trouble if there is no command."""
    checked = [(number, _masked(line), _fault(line)) for number, line in _lines.lines(_tables.plain(source.data))]
    if not any(_ROW.match(line.decode("utf-8", "replace").strip()) for _, line, _ in checked):
        raise _lines.wrong_kind(source, KIND, SHAPE)
    yield from _tables.rows(source, KIND, checked, SHAPE)


def _masked(line: bytes) -> bytes:
    return _SECRET.sub(lambda found: found[1] + b"*" * len(found[2]), line)


def _fault(line: bytes) -> str:
    text = line.decode("utf-8", "replace").strip()
    return "" if not text or text.startswith(("#", "=", "popd", "pushd")) or _ROW.match(text) else f"not {SHAPE}"


def read(evidence: Sequence[Evidence]) -> Iterator[Fact]:
    """`network` of each scope about self, the server; addresses and names of reservations about `station:MAC`."""
    leases: list[_leases.Lease] = []
    for name, text in _tables.pages(evidence):
        for found in filter(None, map(_ROW.match, map(str.strip, text.split("\n")))):
            yield from _command(name, found[1], found[2])
            held = _RESERVED.match(found[2])
            if held:
                leases.append(_leases.Lease(name, held[1], _leases.station(held[2]), held[3] or ""))
    yield from _leases.facts(leases)


def _command(name: str, server: str, text: str) -> Iterator[Fact]:
    scope = _SCOPE.match(text)
    if scope and (net := subnet(scope[1], scope[2])):
        yield network(name, net, "subnet", "dhcp")
        yield from said(name, "self", "dns.name" if re.search("[A-Za-z]", server) else "ip.address", server.strip("\\"))
