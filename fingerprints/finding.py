"""A device and its verdict written out as a finding: names, addresses, places, parts, authorities and reasons."""

import ipaddress
from collections.abc import Iterable, Iterator, Mapping

from fingerprints.called import called
from fingerprints.derive import derived
from fingerprints.judge import Verdict, judge
from fingerprints.kinds import in_law
from fingerprints.match import claims
from fingerprints.pack import Pack
from fingerprints.parts import components
from fingerprints.people import observed, relabelled
from fingerprints.reach import reaches
from fingerprints.reasons import reasons
from fingerprints.resolve import Device
from fingerprints.subjects import Subject, person
from model.claims import Claim, Fact, fields
from model.report import ACCUSING, Attached, Finding

NAMES = (
    "snmp.sys_name",
    "cli.hostname",
    "lldp.sys_name",
    "cdp.device_id",
    "fdp.device_id",
    "edp.display_name",
    "dns.name",
    "dhcp.host_name",
    "mdns.name",
    "netbios.name",
    "wlan.ap_name",
    "inventory.name",
)
ADDRESSES = ("ip.address", "lldp.mgmt_address", "cdp.address", "fdp.address")


def finding(device: Device, pack: Pack, device_of: Mapping[tuple[str, ...], str]) -> Finding:
    """The finding of one device. `device_of`: subject key -> device id, for witnesses and switches."""
    own = [*device.own, *derived(device.own, pack.registry)]
    told = [*device.told, *derived(device.told, pack.registry)]
    said = [*claims(own, pack.matcher), *(claim for about in _grouped(told) for claim in claims(about, pack.matcher))]
    said += _accusing(device.echoes, pack)
    people = observed(told)
    verdict = relabelled(judge(said, pack, device.seen), pack, people)
    makers = _makers(verdict)
    by_makers = [claim for claim in said if claim.maker and claim.maker in makers]
    disputed = verdict.outcome in ACCUSING and any(
        c.grade in ("declared", "witnessed") and not (c.maker and c.maker in makers) for c in said
    )
    names = called(own, told, by_makers, disputed, verdict, pack)
    factory = verdict.relabel.factory if verdict.relabel else verdict.maker
    first, last = _seen(device)
    return Finding(
        device=device.id,
        outcome=verdict.outcome,
        maker=verdict.maker,
        producer=names.producer,
        kind=names.kind,
        in_law=in_law(names.kind) if verdict.outcome in ACCUSING else "",
        model=names.model,
        serial=names.serial,
        firmware=names.firmware,
        addresses=_addresses(device),
        macs=tuple(sorted({fact.value for fact in [*own, *told] if fact.key == "mac.address"} | _stations(device))),
        names=tuple(sorted({fact.value for fact in [*own, *told] if fact.key in NAMES and fact.value})),
        origins=tuple(sorted(_origins(device.subjects, device_of))),
        witnesses=tuple(sorted(_witnesses(device, device_of))),
        attached=_attached(device.subjects, device_of),
        first_seen=first,
        last_seen=last,
        components=components(device, verdict, names.kind, [*own, *told], pack),
        authorities=reaches(factory, verdict, pack, first[:10]),
        relabel=verdict.relabel,
        why=reasons(verdict),
        observed=people,
    )


def _accusing(echoes: Iterable[Subject], pack: Pack) -> Iterator[Claim]:
    """Of words that may mean another device, those that accuse: they clear nobody and name nobody else."""
    facts = [fact for subject in echoes for fact in subject.facts]
    for about in _grouped([*facts, *derived(facts, pack.registry)]):
        yield from (
            claim
            for claim in claims(about, pack.matcher)
            if claim.maker in pack.listed or claim.maker in pack.affiliates or claim.maker in pack.brands
        )


def _makers(verdict: Verdict) -> set[str]:
    return {name for name in (verdict.maker, verdict.relabel.brand if verdict.relabel else None) if name}


def _grouped(facts: Iterable[Fact]) -> list[list[Fact]]:
    groups: dict[tuple[str, str], list[Fact]] = {}
    for fact in facts:
        groups.setdefault((fact.evidence, fact.about), []).append(fact)
    return list(groups.values())


def _addresses(device: Device) -> tuple[str, ...]:
    found = {subject.target for subject in device.subjects if subject.witness is None}
    found |= {fact.value for fact in [*device.told, *device.own] if fact.key in ADDRESSES}
    return tuple(sorted(filter(_is_address, found), key=address_order))


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def address_order(text: str) -> tuple[int, int]:
    """What sorts addresses as numbers, IPv4 first."""
    address = ipaddress.ip_address(text)
    return address.version, int(address)


def _stations(device: Device) -> set[str]:
    return {
        subject.key[-1].removeprefix("station:")
        for subject in device.subjects
        if subject.key[-1].startswith("station:")
    }


def _origins(subjects: Iterable[Subject], device_of: Mapping[tuple[str, ...], str]) -> set[str]:
    """Where it was seen itself; and whence it is told of by what is no device here: leases, inventories, this machine's radios."""
    return {
        one.vantage.removeprefix("file:")
        for one in subjects
        if (one.witness is None or one.witness not in device_of) and not person(one)
    }


def _witnesses(device: Device, device_of: Mapping[tuple[str, ...], str]) -> set[str]:
    return {device_of[one.witness] for one in device.subjects if one.witness and one.witness in device_of} - {device.id}


def _seen(device: Device) -> tuple[str, str]:
    """When first and last; a person's word about it is no sight of it, unless there is nothing else."""
    seen = [subject for subject in device.subjects if not person(subject)] or device.subjects
    return min(one.first_seen for one in seen), max(one.last_seen for one in seen)


def _attached(subjects: Iterable[Subject], device_of: Mapping[tuple[str, ...], str]) -> tuple[Attached, ...]:
    found: dict[tuple[str, str, str, str], str] = {}
    for subject in subjects:
        if subject.witness is None:
            continue
        for text in subject.values("attached"):
            at = fields(text)
            where = (device_of.get(subject.witness, ""), at.get("port", ""), at.get("vlan", ""), at.get("ssid", ""))
            found[where] = max(found.get(where, ""), subject.last_seen)
    return tuple(sorted(Attached(*where, seen_at=seen) for where, seen in found.items()))
