"""Where things are plugged in: a MAC is seen on its own port and on every uplink; the port with the fewest stations is the nearest."""

from collections import Counter
from collections.abc import Mapping

import msgspec

from model.report import Attached, Finding


def nearest_first(findings: Mapping[str, Finding]) -> dict[str, Finding]:
    """The findings with `attached` ordered: named switch ports before routed interfaces, ports with few stations before uplinks."""
    crowd = Counter(
        (at.switch, at.port)
        for one in findings.values()
        for at in {(a.switch, a.port): a for a in one.attached}.values()
    )

    def distance(at: Attached) -> tuple[bool, int, Attached]:
        return not (at.vlan or at.ssid), crowd[at.switch, at.port], at

    return {
        name: msgspec.structs.replace(one, attached=tuple(sorted(one.attached, key=distance)))
        if len(one.attached) > 1
        else one
        for name, one in findings.items()
    }
