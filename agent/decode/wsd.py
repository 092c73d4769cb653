"""WS-Discovery (UDP 3702): the question, and the facts in an answer, a hello or a bye. Pure.

Shape: SOAP 1.2 over UDP (WS-Discovery, April 2005): `ProbeMatch`, `ResolveMatch`, `Hello` and `Bye` carry an endpoint, types, scopes
and addresses. ONVIF's scopes (`onvif://www.onvif.org/name/...`) say name, hardware and, with some makers, the MAC.
"""

from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

from agent.decode.macs import is_station, mac
from agent.decode.say import said
from agent.decode.xml import Node, tree
from model.claims import Fact

PORT, GROUP, GROUP6 = 3702, "239.255.255.250", "ff02::c"
MEDIA = "application/soap+xml"
SPEAKS = ("ProbeMatch", "ResolveMatch", "Hello", "Bye")
MOST_MATCHES = 64
SCOPE = "onvif://www.onvif.org/"
_QUESTION = (
    '<?xml version="1.0" encoding="utf-8"?>'
    '<e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope" xmlns:w="http://schemas.xmlsoap.org/ws/2004/08/addressing"'
    ' xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery">'
    "<e:Header><w:MessageID>urn:uuid:{uuid}</w:MessageID><w:To>urn:schemas-xmlsoap-org:ws:2005:04:discovery</w:To>"
    "<w:Action>http://schemas.xmlsoap.org/ws/2005/04/discovery/Probe</w:Action></e:Header>"
    "<e:Body><d:Probe/></e:Body></e:Envelope>"
)


def question(uuid: str) -> bytes:
    """A Probe without types: every target service answers it, cameras and printers alike (WS-Discovery 5.3)."""
    return _QUESTION.format(uuid=uuid).encode()


def facts(evidence: str, about: str, payload: bytes) -> Iterator[Fact]:
    """`wsd.*` and `mac.address` of an answer or announcement; nothing of a question or of anything else.

    A discovery proxy answers for others: matches at several hosts are about `neighbor:wsd.N`, when `about` is "self".
    """
    try:
        found = matches(payload)
    except ValueError:
        return
    if len({where for one in found if (where := _hosts(one))}) <= 1:
        for one in found:
            yield from _match(evidence, about, one)
    elif about == "self":
        for number, one in enumerate(found, 1):
            yield from _match(evidence, f"neighbor:wsd.{number}", one)


def matches(payload: bytes) -> list[Node]:
    """The endpoints that the message tells of; ValueError where it tells of none."""
    whole = tree(payload)
    found = [node for name in SPEAKS for node in whole.all(name) if node.said("EndpointReference") or _tells(node)]
    if not found:
        raise ValueError("no endpoint announced")
    return found[:MOST_MATCHES]


def _tells(node: Node) -> bool:
    """Whether it is WS-Discovery's: SADP has elements of the same names."""
    return any(True for _ in node.all("EndpointReference")) or bool(node.said("Scopes"))


def _hosts(match: Node) -> tuple[str, ...]:
    """The hosts of its addresses; IPv6 ones left out, for one device has many."""
    found = set()
    for address in match.said("XAddrs").split()[:16]:
        try:
            host = urlsplit(address).hostname or ""
        except ValueError:
            continue
        if host and ":" not in host:
            found.add(host)
    return tuple(sorted(found))


def _match(evidence: str, about: str, match: Node) -> Iterator[Fact]:
    endpoint = next((node.said("Address") for node in match.all("EndpointReference")), "")
    scopes = match.said("Scopes").split()
    yield from said(evidence, about, "wsd.endpoint", endpoint)
    yield from said(evidence, about, "wsd.types", " ".join(match.said("Types").split()))
    # As said: a decoded blank inside a scope could not be told from the blank between two.
    yield from said(evidence, about, "wsd.scopes", " ".join(scopes))
    yield from said(evidence, about, "wsd.xaddrs", " ".join(match.said("XAddrs").split()))
    for word in ("name", "hardware"):
        yield from said(evidence, about, f"wsd.{word}", _scope(scopes, word))
    station = mac(_scope(scopes, "MAC"))
    if is_station(station):
        yield from said(evidence, about, "mac.address", station)


def _scope(scopes: list[str], word: str) -> str:
    """What the first `onvif://www.onvif.org/WORD/...` says, decoded."""
    start = (SCOPE + word + "/").lower()
    found = next((scope for scope in scopes if scope.lower().startswith(start)), "")
    return " ".join(unquote(found[len(start) :], errors="replace").replace("\0", "").split())
