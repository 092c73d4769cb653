"""assess: evidence + readers + pack -> report. A pure function: same evidence in any order, with any duplicates, gives the same bytes."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import msgspec

from fingerprints.closures import coverage, networks, stray_macs
from fingerprints.finding import finding
from fingerprints.pack import Pack
from fingerprints.places import nearest_first
from fingerprints.resolve import resolve
from fingerprints.services import SERVICE, gateway_macs, services
from fingerprints.subjects import FRAME, Place, place, subjects
from model.canonical import digest
from model.claims import Fact
from model.evidence import Evidence
from model.report import SCHEMA, Finding, Inputs, Network, Report, StrayMac, Summary
from model.run import Event, Ledger, Start, event_of

Reader = Callable[[Sequence[Evidence]], Iterator[Fact]]
Readers = Mapping[str, Reader]


def assess(evidence: Iterable[Evidence], readers: Readers, pack: Pack, engine: str) -> Report:
    """The report of one site. `engine`: the program's version. Needs every body loaded. Faults of single readers are in the report."""
    held = {one.id: one for one in evidence}
    ordered = [held[name] for name in sorted(held)]
    events, faults = _events(ordered)
    starts = [event for _, event in events if isinstance(event, Start)]
    facts, places = _facts(ordered, readers, faults)
    things = [fact for fact in facts if not fact.about.startswith(SERVICE)]
    devices, shared = resolve(subjects(things, places))
    device_of = {subject.key: device.id for device in devices for subject in device.subjects}
    findings = nearest_first({device.id: finding(device, pack, device_of) for device in devices})
    nets = networks(devices, findings, starts)
    ways = services(facts, findings, pack.registry)
    strays = (*stray_macs(devices, findings, pack.registry), *gateway_macs(ways, findings))
    times = sorted(one.observation.seen_at for one in ordered)
    last = _last(events) or Start(run="", tool=f"laydown {engine}", vantage="")
    return Report(
        schema=SCHEMA,
        agent=" ".join(filter(None, (last.tool, f"at {last.vantage}" if last.vantage else ""))),
        started_at=times[0] if times else "",
        finished_at=times[-1] if times else "",
        authority=last.authority,
        site=last.site,
        inputs=Inputs(_digest(ordered), pack.digest, engine, _dates(pack)),
        summary=_summary(findings, nets, strays),
        findings=tuple(sorted(findings.values(), key=lambda one: one.device)),
        coverage=coverage(event for _, event in events if isinstance(event, Ledger)),
        networks=nets,
        unexplained_macs=strays,
        services=ways,
        shared_ids=tuple(shared),
        faults=tuple(sorted(faults)),
    )


def dialogues(ordered: Iterable[Evidence]) -> list[list[Evidence]]:
    """Evidence grouped by its dialogue's first, each in step order. A dialogue whose first is missing is still read."""
    groups: dict[str, list[Evidence]] = {}
    for one in ordered:
        if one.observation.probe != "run":
            groups.setdefault(one.observation.parent or one.id, []).append(one)
    return [sorted(group, key=lambda one: (one.observation.step, one.id)) for _, group in sorted(groups.items())]


def _facts(ordered: list[Evidence], readers: Readers, faults: list[str]) -> tuple[list[Fact], dict[str, Place]]:
    facts: list[Fact] = []
    places: dict[str, Place] = {}
    for group in dialogues(ordered):
        for one in group:  # what answered is there, whether or not a reader can make sense of it
            places[one.id] = place(one.observation)
        facts.extend(_read(group, readers, faults))
    return facts, places


def _read(group: list[Evidence], readers: Readers, faults: list[str]) -> list[Fact]:
    probe, ids = group[0].observation.probe, {one.id for one in group}
    if probe not in readers:
        faults.append(f"{group[0].id}: no reader for probe {probe!r} in this engine")
        return []
    try:
        found = list(readers[probe](group))
    except Exception as fault:  # noqa: BLE001 - a reader's bug must not cost the other devices; it is said in the report
        faults.append(f"{group[0].id}: reader {probe!r} failed ({type(fault).__name__}: {fault})")
        return []
    strangers = [fact for fact in found if fact.evidence not in ids]
    if strangers:
        faults.append(
            f"{group[0].id}: reader {probe!r} names evidence it was not given ({len(strangers)} facts dropped)"
        )
    told = [fact for fact in found if fact.evidence in ids]
    faults.extend(f"{fact.evidence}: {fact.about} {fact.value}" for fact in told if fact.about.startswith(FRAME))
    return [fact for fact in told if not fact.about.startswith(FRAME)]


def _events(ordered: list[Evidence]) -> tuple[list[tuple[str, Event]], list[str]]:
    events: list[tuple[str, Event]] = []
    faults: list[str] = []
    for one in ordered:
        if one.observation.probe == "run":
            try:
                events.append((one.observation.seen_at, event_of(one)))
            except msgspec.MsgspecError as fault:
                faults.append(f"{one.id}: run note cannot be read ({fault})")
    return events, faults


def _last(events: list[tuple[str, Event]]) -> Start | None:
    """The latest run's own words: its site and authority head the report."""
    starts = [(seen_at, event.run, event) for seen_at, event in events if isinstance(event, Start)]
    return max(starts, key=lambda found: found[:2])[2] if starts else None


def _digest(ordered: list[Evidence]) -> str:
    return digest("\n".join(one.id for one in ordered).encode())


def _dates(pack: Pack) -> tuple[str, ...]:
    return tuple(f"{name} {date}" for name, date in sorted(pack.registry.dates.items()))


def _summary(findings: Mapping[str, Finding], nets: Iterable[Network], strays: Iterable[StrayMac]) -> Summary:
    counts = dict.fromkeys(("covered", "suspect", "conflict", "clear", "unknown", "unseen"), 0)
    for one in findings.values():
        counts[one.outcome] += 1
    not_examined = sum(net.status == "not examined" for net in nets)
    return Summary(devices=len(findings), unexplained_macs=len(list(strays)), not_examined=not_examined, **counts)
