"""Hytera's repeater objects, 40297.1.2.4.

The control group 40297.1.2.2 beside them keys a transmitter and is never asked for. Source: fingerprints section 2.4.
"""

from collections.abc import Callable, Iterator

from agent.decode.walk import Walk
from agent.mibs import _scalars
from model.claims import Fact

TREE = "1.3.6.1.4.1.40297.1.2.4"
_KEYS = {
    f"{TREE}.1.0": "hytera.model",
    f"{TREE}.2.0": "hytera.model_number",
    f"{TREE}.3.0": "hytera.firmware",
    f"{TREE}.5.0": "hytera.serial",
    f"{TREE}.6.0": "hytera.alias",
}
ROOTS: tuple[str, ...] = ()
SCALARS = tuple(_KEYS)


def read(walk: Walk, evidence_of: Callable[[str], str]) -> Iterator[Fact]:
    """`hytera.*` about self; `hytera.private` = 40297 where the tree answered."""
    yield from _scalars.presence(walk, evidence_of, SCALARS, "hytera.private", "40297")
    yield from _scalars.texts(walk, evidence_of, _KEYS)
