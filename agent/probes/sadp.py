"""SADP: Hikvision's discovery. One `inquiry`, which changes nothing; the device tells model, serial, firmware and OEM code.

Devices answer to the group, so those answers are heard too. Asked by itself a host may stay silent: many firmwares hear the
group alone.
"""

from collections.abc import Iterator, Sequence

from agent.ask import Dialogue, Target
from agent.decode.sadp import GROUP, MEDIA, PORT, facts, question
from agent.probes import _group
from agent.probes._banner import heard
from model.claims import Fact
from model.evidence import Evidence

TITLE = "Hikvision discovery (SADP)"
REACH = "group"
PORTS = ("udp/37020",)
DEFAULT = True
ASKED = "SADP inquiry (udp/37020)"


def ask(target: Target) -> Dialogue:
    """All stations of a link at once, or one host."""
    asked = question(_group.name("sadp", target).upper())
    yield from _group.question(target, ASKED, PORT, asked, GROUP, MEDIA, joined=True)


def read(evidence: Sequence[Evidence]) -> Iterator[Fact]:
    """`sadp.reply`, `sadp.model`, `sadp.serial`, `sadp.firmware`, `sadp.oem_code` and its kin, `mac.address`."""
    for one in heard(evidence):
        yield from facts(one.id, "self", one.body or b"")
