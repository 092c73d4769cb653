"""UPS-MIB: who made the uninterruptible power supply, as its card says (RFC 1628)."""

from collections.abc import Callable, Iterator

from agent.decode.walk import Walk
from agent.mibs import _scalars
from model.claims import Fact

IDENT = "1.3.6.1.2.1.33.1.1"
_KEYS = {f"{IDENT}.1.0": "ups.manufacturer", f"{IDENT}.2.0": "ups.model", f"{IDENT}.3.0": "ups.firmware"}
ROOTS: tuple[str, ...] = ()
SCALARS = tuple(_KEYS)


def read(walk: Walk, evidence_of: Callable[[str], str]) -> Iterator[Fact]:
    """`ups.manufacturer`, `ups.model`, `ups.firmware`."""
    yield from _scalars.texts(walk, evidence_of, _KEYS)
