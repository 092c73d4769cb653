"""Model and serial scalars of other makers whose chassis tell them outside ENTITY-MIB.

Sources, the makers' published MIBs: JUNIPER-MIB (jnxBoxDescr, jnxBoxSerialNo), FORTINET-CORE-MIB (fnSysSerial),
PowerNet-MIB (upsBasicIdentModel, upsAdvIdentSerialNumber), MIKROTIK-MIB (mtxrSerialNumber), SYNOLOGY-SYSTEM-MIB
(modelName, serialNumber), IDRAC-MIB-SMIv2 (systemModelName, systemServiceTag).
"""

from collections.abc import Callable, Iterator

from agent.decode.walk import Walk
from agent.mibs import _scalars
from model.claims import Fact

TREE = "1.3.6.1.4.1"
_KEYS = {
    f"{TREE}.2636.3.1.2.0": "juniper.model",
    f"{TREE}.2636.3.1.3.0": "juniper.serial",
    f"{TREE}.12356.100.1.1.1.0": "fortinet.serial",
    f"{TREE}.318.1.1.1.1.1.1.0": "apc.model",
    f"{TREE}.318.1.1.1.1.2.3.0": "apc.serial",
    f"{TREE}.14988.1.1.7.3.0": "mikrotik.serial",
    f"{TREE}.6574.1.5.1.0": "synology.model",
    f"{TREE}.6574.1.5.2.0": "synology.serial",
    f"{TREE}.674.10892.5.1.3.12.0": "dell.model",
    f"{TREE}.674.10892.5.1.3.2.0": "dell.serial",
}
ROOTS: tuple[str, ...] = ()
SCALARS = tuple(_KEYS)


def read(walk: Walk, evidence_of: Callable[[str], str]) -> Iterator[Fact]:
    """`<maker>.model` and `<maker>.serial` about self."""
    yield from _scalars.texts(walk, evidence_of, _KEYS)
