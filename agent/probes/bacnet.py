"""BACnet: Who-Is, and of a host that is asked by itself the names of its maker and model. Off unless asked: it talks to controllers."""

from collections.abc import Iterator, Sequence

from agent.ask import Dialogue, Group, Target, Udp
from agent.decode.bacnet import (
    ANY_INSTANCE,
    FIRMWARE,
    MODEL_NAME,
    VENDOR_NAME,
    WHO_IS,
    WHO_IS_ALL,
    facts,
    read_device,
    read_property,
)
from agent.probes._banner import heard
from model.claims import Fact
from model.evidence import Evidence

TITLE = "BACnet device identity"
REACH = "group"
PORTS = ("udp/47808",)
DEFAULT = False
PORT = 47808
EVERYBODY = "255.255.255.255"
NAMES = {VENDOR_NAME: "vendor name", MODEL_NAME: "model name", FIRMWARE: "firmware"}


def ask(target: Target) -> Dialogue:
    """Who-Is to the link; or to one host, then one ReadProperty a name, ended by the first that is not answered."""
    if not target.address:
        yield Group("Who-Is (udp/47808)", PORT, WHO_IS_ALL, EVERYBODY, joined=True)
        return
    reply = yield Udp("Who-Is (udp/47808)", PORT, WHO_IS, retries=0)
    if reply.status not in ("answered", "silent"):  # nobody listens there
        return
    try:
        instance = read_device(reply.body).instance
    except ValueError:  # many send their I-Am to the whole link, where a question to one host cannot hear it
        instance = ANY_INSTANCE
    for number, name in NAMES.items():
        reply = yield Udp(f"ReadProperty {name} (udp/47808)", PORT, read_property(instance, number), retries=0)
        if reply.status != "answered":
            return


def read(evidence: Sequence[Evidence]) -> Iterator[Fact]:
    """`bacnet.instance`, `bacnet.vendor_id`, `bacnet.vendor_name`, `bacnet.model_name`, `bacnet.firmware`."""
    for one in heard(evidence):
        yield from facts(one.id, "self", one.body or b"")
