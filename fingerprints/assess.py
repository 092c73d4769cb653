"""assess: evidence + readers + pack -> report. A pure function: same evidence in any order, with any duplicates, gives the same bytes."""

from collections.abc import Iterable, Mapping, Sequence

from fingerprints.ages import old_lists
from fingerprints.coverage import coverage
from fingerprints.finding import finding
from fingerprints.gather import Readers, gathered
from fingerprints.networks import networks
from fingerprints.pack import Pack
from fingerprints.places import nearest_first
from fingerprints.resolve import Device, lean, resolve, whole
from fingerprints.room import Room, Shelf
from fingerprints.runs import head, unfinished
from fingerprints.services import gateway_macs, services
from fingerprints.strays import Left, left, stray_macs
from fingerprints.subjects import subjects
from model.evidence import Evidence
from model.report import SCHEMA, Finding, Inputs, Network, Report, StrayMac, Summary
from model.run import Ledger, Start
from model.times import read as read_time


def assess(evidence: Iterable[Evidence], readers: Readers, pack: Pack, engine: str) -> Report:
    """The report of one site. `engine`: the program's version. Needs every body loaded. Faults of single readers are in the report."""
    held = {one.id: one for one in evidence}
    ordered = [held[name] for name in sorted(held)]
    notes = [[one] for one in ordered if one.observation.probe == "run"]
    return assessed([*notes, *dialogues(ordered)], readers, pack, engine)


def assessed(
    groups: Iterable[Sequence[Evidence]], readers: Readers, pack: Pack, engine: str, room: Room | None = None
) -> Report:
    """The same of evidence that comes a dialogue at a time, each once and whole, in any order; `room`: where it may spill."""
    room = room or Room()
    heard = gathered(groups, readers, room)
    shelf = room.shelf()
    devices, shared = resolve(lean(subject, shelf) for subject in subjects(heard.rows))
    findings, rests = _findings(devices, pack, shelf)
    starts = [event for _, event in heard.events if isinstance(event, Start)]
    nets = networks(rests, findings, starts)
    ways = services(heard.services, findings, pack.registry)
    strays = (*stray_macs(rests, findings, pack.registry), *gateway_macs(ways, findings))
    last = head(heard.events) or Start(run="", tool=f"laydown {engine}", vantage="")
    ledgers = [*(event for _, event in heard.events if isinstance(event, Ledger)), *unfinished(heard.events)]
    return Report(
        schema=SCHEMA,
        agent=" ".join(filter(None, (last.tool, f"at {last.vantage}" if last.vantage else ""))),
        started_at=heard.first,
        finished_at=heard.last,
        authority=last.authority,
        site=last.site,
        inputs=Inputs(heard.digest, pack.digest, engine, _dates(pack), _old(pack, heard.last)),
        summary=_summary(findings, nets, strays),
        findings=tuple(findings[name] for name in sorted(findings)),
        coverage=coverage(ledgers),
        networks=nets,
        unexplained_macs=strays,
        services=ways,
        shared_ids=tuple(shared),
        faults=tuple(sorted(heard.faults)),
    )


def _findings(devices: list[Device], pack: Pack, shelf: Shelf) -> tuple[dict[str, Finding], list[Left]]:
    """Of each device its finding and what the closures need: its facts are held no longer than that. `devices` is used up."""
    device_of = {subject.key: device.id for device in devices for subject in device.subjects if not subject.witness}
    findings: dict[str, Finding] = {}
    rests: list[Left] = []
    devices.reverse()
    while devices:
        device = whole(devices.pop(), shelf)
        findings[device.id] = finding(device, pack, device_of)
        rests.append(left(device))
    return nearest_first(findings), rests


def dialogues(ordered: Iterable[Evidence]) -> list[list[Evidence]]:
    """Evidence grouped by its dialogue's first, each in step order. A dialogue whose first is missing is still read."""
    groups: dict[str, list[Evidence]] = {}
    for one in ordered:
        if one.observation.probe != "run":
            groups.setdefault(one.observation.parent or one.id, []).append(one)
    return [sorted(group, key=lambda one: (one.observation.step, one.id)) for _, group in sorted(groups.items())]


def _dates(pack: Pack) -> tuple[str, ...]:
    return tuple(f"{name} {date}" for name, date in sorted(pack.registry.dates.items()))


def _old(pack: Pack, last: str) -> tuple[str, ...]:
    """Lists that were old on the day of the last evidence: the only clock that a report has."""
    return old_lists(pack.registry.dates, read_time(last).date()) if last else ()


def _summary(findings: Mapping[str, Finding], nets: Iterable[Network], strays: Iterable[StrayMac]) -> Summary:
    counts = dict.fromkeys(("covered", "suspect", "conflict", "clear", "unknown", "unseen"), 0)
    for one in findings.values():
        counts[one.outcome] += 1
    not_examined = sum(net.status == "not examined" for net in nets)
    return Summary(devices=len(findings), unexplained_macs=len(list(strays)), not_examined=not_examined, **counts)
