"""What hangs on a device: things at its ports, neighbours it names, networks it names. Out of the reports' tables, never guessed."""

from collections.abc import Iterable, Iterator

import msgspec

from model.filing import Filing
from model.report import Attached, Report
from reporters._text import called, plural


class Hanging(msgspec.Struct, frozen=True):
    """One device's. `ports`: (port in words, what was seen there); `neighbours`: devices that it names and no port holds."""

    ports: tuple[tuple[str, tuple[str, ...]], ...] = ()
    neighbours: tuple[str, ...] = ()
    networks: tuple[str, ...] = ()

    def short(self) -> str:
        """In one cell: how many things at how many ports, how many neighbours and networks."""
        things = {thing for _, seen in self.ports for thing in seen}
        said = [f"{plural(len(things), 'thing')} at {plural(len(self.ports), 'port')}"] if things else []
        said += [f"{plural(len(self.neighbours), 'neighbour')}"] if self.neighbours else []
        said += [f"{plural(len(self.networks), 'network')}"] if self.networks else []
        return ", ".join(said) or "nothing that any table read names"

    def rows(self) -> Iterator[tuple[str, str]]:
        """How it hangs there, and what."""
        yield from ((port, "; ".join(seen)) for port, seen in self.ports)
        if self.neighbours:
            yield "names as neighbour or in a table", "; ".join(self.neighbours)
        if self.networks:
            yield "names as network", "; ".join(self.networks)


NOTHING = Hanging()


def hanging(filing: Filing) -> dict[tuple[str, str], Hanging]:
    """{(site id, device id): what hangs on it}, of every report; a device that nothing hangs on is not in it."""
    return {
        (held.report.site.id, device): found for held in filing.reports for device, found in _of(held.report).items()
    }


def _of(report: Report) -> dict[str, Hanging]:
    ports: dict[str, dict[str, list[str]]] = {}
    seen_at = [(called(one), one.attached) for one in report.findings]
    owned = {mac for one in report.findings for mac in one.macs}
    seen_at += [(f"MAC {one.mac}", one.attached) for one in report.unexplained_macs if one.mac not in owned]
    for name, attached in seen_at:
        for at in attached:
            things = ports.setdefault(at.switch, {}).setdefault(_port(at), [])
            things += [name] if name not in things else []
    named = _pairs((by, called(one)) for one in report.findings for by in _only_named(one.witnesses, one.attached))
    nets = _pairs((by, f"{net.kind} {net.name}") for net in report.networks for by in net.named_by)
    known = {one.device for one in report.findings}
    return {
        device: Hanging(
            tuple((port, tuple(things)) for port, things in sorted(ports.get(device, {}).items())),
            named.get(device, ()),
            nets.get(device, ()),
        )
        for device in sorted(known & {*ports, *named, *nets})
    }


def _only_named(witnesses: Iterable[str], attached: tuple[Attached, ...]) -> list[str]:
    """Witnesses at whose ports it was not seen: those ports tell it already."""
    held = {at.switch for at in attached}
    return [by for by in witnesses if by not in held]


def _pairs(found: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    kept: dict[str, list[str]] = {}
    for by, name in dict.fromkeys(found):
        kept.setdefault(by, []).append(name)
    return {by: tuple(names) for by, names in kept.items()}


def _port(at: Attached) -> str:
    parts = [f"{word} {value}" for word, value in (("port", at.port), ("VLAN", at.vlan), ("SSID", at.ssid)) if value]
    return ", ".join(parts) or "no port named"
