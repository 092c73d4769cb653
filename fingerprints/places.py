"""Where things are plugged in: a MAC is seen on its own port and on every uplink; the place nearest to it comes first."""

from collections import Counter
from collections.abc import Iterable, Mapping

import msgspec

from model.report import Attached, Finding

Port = tuple[str, str]  # a switch's device id, the port's name


def nearest_first(findings: Mapping[str, Finding]) -> dict[str, Finding]:
    """The findings with `attached` ordered: radio cells, switch ports, routed interfaces; of ports the nearest.

    A port behind which another switch knows the station on a port of its own is an uplink; where no switch tells that,
    the port with the fewest stations is the nearest.
    """
    crowd = Counter(
        (at.switch, at.port)
        for one in findings.values()
        for at in {(a.switch, a.port): a for a in one.attached}.values()
    )
    toward = {name: {(at.switch, at.port) for at in one.attached} for name, one in findings.items()}
    return {
        name: msgspec.structs.replace(one, attached=_ordered(one.attached, crowd, toward))
        if len(one.attached) > 1
        else one
        for name, one in findings.items()
    }


def _ordered(
    places: tuple[Attached, ...], crowd: Mapping[Port, int], toward: Mapping[str, set[Port]]
) -> tuple[Attached, ...]:
    nearer = {at: _nearer(at, places, toward) for at in {(a.switch, a.port) for a in places}}

    def distance(at: Attached) -> tuple[int, int, int, Attached]:
        port = (at.switch, at.port)
        return (0 if at.ssid else 1 if at.vlan else 2), nearer[port], crowd[port], at

    return tuple(sorted(places, key=distance))


def _nearer(here: Port, places: Iterable[Attached], toward: Mapping[str, set[Port]]) -> int:
    """How many other switches that know the station stand behind this port, and know it elsewhere than up here."""
    behind = {
        at.switch
        for at in places
        if at.switch != here[0]
        and here in toward.get(at.switch, ())
        and (at.switch, at.port) not in toward.get(here[0], ())
    }
    return len(behind)
