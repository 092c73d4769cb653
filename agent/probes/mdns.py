"""mDNS: which services a device offers, in one packet with a fixed list of types (RFC 6762, RFC 6763)."""

from collections.abc import Iterator, Sequence

from agent.ask import Dialogue, Group, Target, Udp
from agent.decode.dns import TYPES, facts
from agent.decode.dns_message import Question, write
from agent.probes._banner import heard
from model.claims import Fact
from model.evidence import Evidence

TITLE = "mDNS service names"
REACH = "group"
PORTS = ("udp/5353",)
DEFAULT = True
PORT, GROUP = 5353, "224.0.0.251"
ASKED = "services of mDNS (udp/5353)"
# To a question from another port responders repeat all of it in an answer of at most 512 bytes (RFC 6762 section 6.7); one
# that does not fit they leave unanswered, as avahi does. So a host is asked for the first few, and a link from mDNS's own port.
FEW = 8
# Types whose names or texts tell maker and model, or that cameras, printers, stores and speakers offer; the commonest first.
SERVICES = """
    device-info http ipp printer rtsp psia smb airplay ipps pdl-datastream uscan scanner https workstation ssh sftp-ssh telnet
    afpovertcp nfs axis-video CGI sip raop googlecast androidtvremote2 spotify-connect sonos hap amzn-wplay hue nvstream
    matter meshcop arduino home-assistant qdiscover
""".split()


def question(most: int = len(SERVICES)) -> bytes:
    """One question a type, each saying that the answer may come to us alone."""
    types = [TYPES, *(f"_{name}._tcp.local" for name in SERVICES[:most])]
    return write([Question(name, unicast=True) for name in types])


def ask(target: Target) -> Dialogue:
    """All stations of a link at once, or one host."""
    if target.address:
        yield Udp(ASKED, PORT, question(FEW), wait=2.0, retries=0)
    else:
        yield Group(ASKED, PORT, question(), GROUP, joined=True, from_port=PORT)


def read(evidence: Sequence[Evidence]) -> Iterator[Fact]:
    """`mdns.name`, `mdns.service`, `mdns.instance`, `mdns.txt`, `mac.address`, of the speaker itself."""
    for one in heard(evidence):
        yield from facts(one.id, "self", one.body or b"", one.observation.target)
