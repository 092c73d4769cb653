"""CISCO-CDP-MIB: what Cisco and its imitators' neighbours say of themselves."""

from collections.abc import Callable, Iterator

from agent.decode.nets import usable
from agent.decode.say import attached, said
from agent.decode.walk import Walk, address
from agent.mibs import interfaces, lacp
from model.claims import Fact

TABLE = "1.3.6.1.4.1.9.9.23.1.2.1.1"
ADDRESS = f"{TABLE}.4"
_TEXTS = {f"{TABLE}.6": "cdp.device_id", f"{TABLE}.8": "cdp.platform", f"{TABLE}.5": "cdp.version"}
ROOTS = (ADDRESS, *_TEXTS)
SCALARS: tuple[str, ...] = ()


def read(walk: Walk, evidence_of: Callable[[str], str]) -> Iterator[Fact]:
    """Facts about `neighbor:cdp.<ifIndex>.<number>`, `attached` to the local interface among them."""
    names, bundles = interfaces.names(walk), lacp.by_name(walk)
    homes: dict[str, str] = {}
    for column, key in _TEXTS.items():
        for index, value in walk.texts(column).items():
            homes.setdefault(index, evidence_of(f"{column}.{index}"))
            yield from said(evidence_of(f"{column}.{index}"), f"neighbor:cdp.{index}", key, value)
    for index, raw in walk.column(ADDRESS).items():
        if usable(found := address(raw)):
            yield from said(evidence_of(f"{ADDRESS}.{index}"), f"neighbor:cdp.{index}", "cdp.address", found)
    for index, home in homes.items():
        port = names.get(index.partition(".")[0], index.partition(".")[0])
        for place in (port, bundles.get(port, "")):
            yield from attached(home, f"neighbor:cdp.{index}", place)
