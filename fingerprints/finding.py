"""A device and its verdict written out as a finding: names, addresses, places, parts, authorities and reasons."""

import ipaddress
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from fingerprints.covered_format import Authority, Entry
from fingerprints.derive import derived
from fingerprints.judge import Verdict, judge, part
from fingerprints.kinds import in_law, part_in_law
from fingerprints.match import claims
from fingerprints.pack import Pack
from fingerprints.people import observed, relabelled
from fingerprints.products_format import NONE, Product
from fingerprints.resolve import Device
from fingerprints.subjects import Subject, person
from model.claims import Claim, Fact, fields
from model.report import ACCUSING, Attached, Component, Finding, Question, Reach, Relabel, Why

MOST_WHY = 20  # reasons a finding that accuses nobody for certain, and reasons a piece of evidence; the evidence holds the rest
CERTAIN = (
    "covered",
    "conflict",
)  # cites every evidence that says so: later evidence takes nothing away from what is cited
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
BOX_MODEL, BOX_SERIAL, BOX_FIRMWARE = "entity.model_name", "entity.serial", "entity.firmware"
MADE = {
    BOX_MODEL: "maker.model",
    BOX_SERIAL: "maker.serial",
    BOX_FIRMWARE: "maker.firmware",
}  # what other makers' own objects call them
STANDARD = {
    BOX_MODEL: ("ups.model", "printer.model", "dot11.product"),
    BOX_SERIAL: ("printer.serial",),
    BOX_FIRMWARE: ("ups.firmware",),
}  # what a standard MIB of one kind of device calls them
TOLD = {
    BOX_MODEL: "lldp.model_name",
    BOX_SERIAL: "lldp.serial",
    BOX_FIRMWARE: "lldp.firmware",
}  # what LLDP-MED calls them
TYPED = {
    BOX_MODEL: "cli.model",
    BOX_SERIAL: "cli.serial",
    BOX_FIRMWARE: "cli.firmware",
}  # what a device prints at its terminal
LISTED = {
    BOX_MODEL: "inventory.model",
    BOX_SERIAL: "inventory.serial",
    BOX_FIRMWARE: "inventory.firmware",
}  # what an inventory says of it
CALLED = frozenset(key for names in (MADE, TOLD, TYPED, LISTED) for pair in names.items() for key in pair)
CALLED |= {key for keys in STANDARD.values() for key in keys}


def finding(device: Device, pack: Pack, device_of: Mapping[tuple[str, ...], str]) -> Finding:
    """The finding of one device. `device_of`: subject key -> device id, for witnesses and switches."""
    own = [*device.own, *derived(device.own, pack.registry)]
    told = [*device.told, *derived(device.told, pack.registry)]
    said = [*claims(own, pack.matcher), *(claim for about in _grouped(told) for claim in claims(about, pack.matcher))]
    said += _accusing(device.echoes, pack)
    people = observed(told)
    verdict = relabelled(judge(said, pack, device.seen), pack, people)
    makers = _makers(verdict)
    maker_claims = [c for c in said if c.maker and c.maker in makers]
    # Where the box, or an inventory, names somebody else than the maker it is accused of, the model is that one's product.
    disputed = verdict.outcome in ACCUSING and any(
        c.grade in ("declared", "witnessed") and not (c.maker and c.maker in makers) for c in said
    )
    factory = verdict.relabel.factory if verdict.relabel else verdict.maker

    seen = [subject for subject in device.subjects if not person(subject)] or device.subjects
    words = _words(own), _words(told)

    def box(key: str) -> str:
        """Its own word; where it has none, that of its controller or switch."""
        names = (key, MADE[key], *STANDARD[key], TYPED[key], TOLD[key], LISTED[key])
        return next((word for known in words for name in names if (word := known.get(name))), "")

    model = _model(own, maker_claims, pack, verdict, "" if disputed else box(BOX_MODEL))
    kind = _kind(own, maker_claims, pack, verdict.maker, model)
    return Finding(
        device=device.id,
        outcome=verdict.outcome,
        maker=verdict.maker,
        producer=_producer(verdict, pack),
        kind=kind,
        in_law=in_law(kind) if verdict.outcome in ACCUSING else "",
        model=model,
        serial=box(BOX_SERIAL) or _pick(maker_claims, "serial"),
        firmware=_pick(maker_claims, "firmware") or ("" if disputed else box(BOX_FIRMWARE)),
        addresses=_addresses(device),
        macs=tuple(sorted({fact.value for fact in [*own, *told] if fact.key == "mac.address"} | _stations(device))),
        names=tuple(sorted({fact.value for fact in [*own, *told] if fact.key in NAMES and fact.value})),
        origins=tuple(sorted(_origins(device.subjects, device_of))),
        witnesses=tuple(
            sorted(
                {device_of[s.witness] for s in device.subjects if s.witness and s.witness in device_of} - {device.id}
            )
        ),
        attached=_attached(device.subjects, device_of),
        first_seen=min(subject.first_seen for subject in seen),
        last_seen=max(subject.last_seen for subject in seen),
        components=_components(device, verdict, kind, [*own, *told], pack),
        authorities=_reach(factory, verdict, pack, min(subject.first_seen for subject in seen)[:10]),
        relabel=verdict.relabel,
        why=_why(verdict),
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


def _producer(verdict: Verdict, pack: Pack) -> str:
    named = {claim.producer for claim in verdict.because if claim.maker == verdict.maker and claim.producer}
    return min(named) if named else pack.producer(verdict.maker)


def _pick(found: list[Claim], field: str) -> str:
    """The best given value: declared before witnessed, then the longest, then the alphabet: free of order."""
    worth = ("declared", "witnessed", "component", "hint")
    given = [(worth.index(c.grade), -len(value), value) for c in found if (value := str(getattr(c, field)))]
    return min(given)[2] if given else ""


def _words(facts: Iterable[Fact]) -> dict[str, str]:
    """{key: its first value in the alphabet}, of the keys that a box may be called by."""
    found: dict[str, str] = {}
    for fact in facts:
        if fact.key in CALLED and fact.value:
            found[fact.key] = min(found.get(fact.key, fact.value), fact.value)
    return found


def _model(own: list[Fact], found: list[Claim], pack: Pack, verdict: Verdict, own_words: str) -> str:
    line, product = _product(own, pack, verdict.maker).product, _pick(found, "product")
    more = line.startswith(product)  # the object id may know more than a rule's word for the whole family
    given = _pick(found, "model")
    more_of_it = own_words.removeprefix(given)
    if given and own_words.startswith(given) and not more_of_it.startswith(" "):
        # The entity table says more of the same model than a description does; a word behind a blank is no more of it.
        given = own_words
    return given or own_words or (line if more else product)


def _product(own: list[Fact], pack: Pack, maker: str | None) -> Product:
    """The product line whose sysObjectID subtree is the longest that holds the device's."""
    lines = pack.products.get(maker or "", NONE)
    oids = sorted({fact.value for fact in own if fact.key == "snmp.sys_object_id"})
    return next((found for oid in oids if (found := lines.by_object_id(oid))), Product(product=""))


def _kind(own: list[Fact], found: list[Claim], pack: Pack, maker: str | None, model: str) -> str:
    """The kind of its product line by model; else what a rule says; else that of its object id's line."""
    line = pack.products.get(maker or "", NONE).by_model(model) if model else None
    return line.kind if line else _pick(found, "kind") or _product(own, pack, maker).kind


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


def _components(device: Device, box: Verdict, kind: str, known: list[Fact], pack: Pack) -> tuple[Component, ...]:
    found = []
    for about, facts in sorted(device.parts.items()):
        said = list(claims([*facts, *derived(facts, pack.registry)], pack.matcher))
        verdict = part(said, pack, box)
        values = {fact.key: fact.value for fact in sorted(facts)}
        found.append(_component(about.removeprefix("component:"), verdict, values, said, pack, kind))
    return (*found, *_interfaces(known, box, pack))


def _component(
    name: str, verdict: Verdict, values: Mapping[str, str], said: list[Claim], pack: Pack, box_kind: str = ""
) -> Component:
    def label(key: str) -> str:
        return values.get(key) or values.get(TYPED[key], "")

    kind = _pick(said, "kind") or values.get("entity.class", "")
    return Component(
        component=name,
        outcome=verdict.outcome,
        maker=verdict.maker,
        producer=_producer(verdict, pack) or values.get("entity.mfg_name", ""),
        kind=kind,
        in_law=part_in_law(kind, box_kind) if verdict.outcome in ACCUSING else "",
        model=label(BOX_MODEL) or _pick(said, "model") or values.get("entity.description", ""),
        serial=label(BOX_SERIAL),
        firmware=label(BOX_FIRMWARE),
        why=_why(verdict),
    )


def _interfaces(known: list[Fact], box: Verdict, pack: Pack) -> list[Component]:
    """Network interfaces of a covered registrant inside a box that somebody else declares: one component a maker.

    `known`: the device's own facts and those that tables gave; behind a router its MAC stands in an ARP table alone.
    """
    macs = list(claims((fact for fact in known if fact.key == "mac.registrant"), pack.matcher))
    found = []
    for maker in sorted({claim.maker for claim in macs}):
        verdict = part([claim for claim in macs if claim.maker == maker], pack, box)
        if verdict.outcome in ACCUSING and verdict.maker != box.maker:
            found.append(_component(f"network interface {maker}", verdict, {"entity.class": "nic"}, [], pack))
    return found


def _reach(factory: str | None, verdict: Verdict, pack: Pack, day: str) -> tuple[Reach, ...]:
    """Authorities that named the factory on the day it was first seen, or later. Use goes on after an entry's beginning.

    Of several listed makers every one is reached, by whatever word: more evidence takes no authority away.
    """
    if verdict.outcome not in ACCUSING or factory is None:
        return ()
    makers = {verdict.affiliate.of if verdict.affiliate else factory, *verdict.others}
    if verdict.outcome == "conflict":
        makers |= {claim.maker for claim in verdict.because if claim.maker in pack.listed}
    extra = [*_asked_of(verdict.relabel)] if verdict.relabel else []
    if verdict.affiliate and verdict.affiliate.question:
        extra.append(Question("affiliation", verdict.affiliate.question))
    found: dict[str, list[Entry]] = {}
    for authority in pack.authorities:
        for entry in authority.entry:
            if entry.maker in makers and not (entry.until and entry.until < day):
                found.setdefault(authority.id, []).append(entry)
    named = {authority.id: authority for authority in pack.authorities}
    return tuple(_reached(named[name], entries, extra) for name, entries in sorted(found.items()))


def _reached(authority: Authority, entries: list[Entry], extra: list[Question]) -> Reach:
    cites = dict.fromkeys((*authority.cites, *(text for entry in entries for text in entry.cites)))
    asked = dict.fromkeys((*extra, *(q for entry in entries for q in entry.open_questions), *authority.open_questions))
    return Reach(authority.id, tuple(cites), tuple(asked))


def _asked_of(one: Relabel) -> Iterator[Question]:
    """Who built it; and when, where a sale or an end of the business decides, while nobody has read the date."""
    if one.question:
        yield Question("relabel", one.question)
    turn = one.sold or one.until
    if turn and not one.built:
        told = "the brand was sold" if one.sold else "the builder is said to have stopped building for it"
        yield Question("build-date", f"When was this unit built? On {turn} {told}: read the date on its label.")


def _why(verdict: Verdict) -> tuple[Why, ...]:
    """The reasons, best first; of each maker and key the best before any second one, so that no side of a conflict is cut off."""
    worth = ("declared", "witnessed", "component", "hint")
    ordered = sorted(set(verdict.because), key=lambda claim: (worth.index(claim.grade), claim))
    best = set({(claim.maker, claim.key): claim for claim in reversed(ordered)}.values())
    ordered.sort(key=lambda claim: (worth.index(claim.grade), claim not in best, claim.maker != verdict.maker))
    kept = _some_of_each(ordered) if verdict.outcome in CERTAIN else ordered[:MOST_WHY]
    return tuple(Why(c.evidence, c.rule, c.grade, c.key, c.value[:400]) for c in kept)


def _some_of_each(ordered: Iterable[Claim]) -> Iterator[Claim]:
    """Every evidence is cited; of one that says the same in a thousand ways, some."""
    told: Counter[str] = Counter()
    for claim in ordered:
        told[claim.evidence] += 1
        if told[claim.evidence] <= MOST_WHY:
            yield claim
