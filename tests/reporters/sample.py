"""A small site, judged for real: facts in, report out of fingerprints.assess with the shipped pack."""

from collections.abc import Sequence
from datetime import date
from functools import cache

import msgspec

from fingerprints.assess import assess
from fingerprints.pack import Pack, load
from model.answers import Answers
from model.canonical import digest
from model.claims import Fact
from model.entity import Contract, Entity, EntitySite
from model.evidence import Evidence, Observation, observed
from model.filing import Filing, Held
from model.gate import holds
from model.report import Authority, Report, Site
from model.run import End, Ledger, Start, noted
from reporters import json

HOSTILE = '<script>alert("x")</script>\u202e&\x07'
FORMULA = '=HYPERLINK("http://evil.example","x")'
SITE = Site(
    id="hq",
    name="Harbour Street",
    country="US",
    region="MD",
    entity="Example Marine LLC",
    uei="ABCDEF123456",
    cage="1AB23",
)
DESCR, MAC = "snmp.sys_description", "mac.address"
SWITCH, HUAWEI, RECORDER, LOREX, PRINTER, CAMERA = (f"10.0.0.{n}" for n in (1, 2, 3, 4, 5, 6))
OUI, AXIS, STRAY, RANDOM = "00:e0:fc:11:22:33", "00:40:8c:11:22:33", "00:11:22:33:44:55", "02:11:22:33:44:55"

Told = tuple[str, str, str, str]  # target, about, key, value
FACTS: tuple[Told, ...] = (
    (SWITCH, "self", DESCR, "Cisco IOS Software, C2960 Software"),
    (SWITCH, "self", "snmp.sys_name", "sw-hq-1"),
    (SWITCH, "self", "entity.serial", "FOC0000TEST"),
    (SWITCH, "component:1001", "entity.mfg_name", "HUAWEI"),
    (SWITCH, "component:1001", "entity.class", "port"),
    (SWITCH, "component:1001", "entity.model_name", "OPTIC-1"),
    (SWITCH, "component:1001", "entity.serial", "OPT777"),
    (SWITCH, "self", "network", '{"kind":"subnet","name":"10.0.9.0/24","named_by":"route"}'),
    (SWITCH, "self", "network", '{"kind":"vlan","name":"30","named_by":"vlan-table","title":"guest"}'),
    (SWITCH, f"station:{OUI}", "attached", '{"port":"Gi0/7","vlan":"10"}'),
    (SWITCH, f"station:{OUI}", MAC, OUI),
    (SWITCH, f"station:{STRAY}", "attached", '{"port":"Gi0/12","vlan":"20"}'),
    (SWITCH, f"station:{RANDOM}", "attached", '{"port":"Gi0/12","vlan":"20"}'),
    (SWITCH, f"station:{AXIS}", "attached", '{"port":"Gi0/8","vlan":"20"}'),
    (HUAWEI, "self", DESCR, "Huawei Versatile Routing Platform Software VRP (R) software, Version 8.150"),
    (HUAWEI, "self", "snmp.sys_name", "core-2"),
    (HUAWEI, "self", "entity.serial", "210235TEST01"),
    (RECORDER, "self", DESCR, "Hikvision company products"),
    (RECORDER, "self", MAC, OUI.replace("33", "34")),
    (LOREX, "self", "dhip.vendor", "Lorex"),
    (LOREX, "self", "dhip.method", "client.notifyDevInfo"),
    (PRINTER, "self", "snmp.sys_name", HOSTILE),
    (CAMERA, "self", MAC, OUI),
    (CAMERA, "self", "snmp.sys_name", FORMULA),
)


@cache
def pack() -> Pack:
    """The shipped pack."""
    return load()


def exchanges(facts: Sequence[Told]) -> list[Evidence]:
    """One observation a target; its body is what was told, so that no two are the same evidence."""
    made = []
    for target in dict.fromkeys(target for target, *_ in facts):
        body = repr([fact for fact in facts if fact[0] == target]).encode()
        made.append(
            observed(Observation("t", "desk/eth0", target, "all", "answered", "2026-11-01T10:00:00.000000Z"), body)
        )
    return made


def ran(site: Site, targets: tuple[str, ...], asked: tuple[str, ...]) -> list[Evidence]:
    """What the program notes of its own work: a start, one ledger that is done and one that is not."""
    start = Start("r", "laydown test", "desk/eth0", site, Authority("P. Porter", "CHG-7", "nights"), targets)
    scope = targets[0]
    done = Ledger(
        "r", "t", scope, "done", asked=asked, answered=asked[:-1], refused=asked[-1:], reason="credential refused"
    )
    cut = Ledger("r", "arp", scope, "incomplete", asked=asked, answered=asked[:1], reason="the link dropped")
    events = (start, done, cut, End("r", "incomplete", "the link dropped"))
    return [noted(event, "desk/eth0", f"2026-11-01T09:00:0{n}.000000Z") for n, event in enumerate(events)]


def report(facts: Sequence[Told] = FACTS, site: Site = SITE, run: bool = True) -> Report:
    """The report of the facts. `run`: with the program's own notes, hence with a coverage ledger."""
    evidence = exchanges(facts)
    hosts = tuple(dict.fromkeys(target for target, *_ in facts))

    def read(found: Sequence[Evidence]) -> list[Fact]:
        ids = {one.observation.target: one.id for one in found}
        return [Fact(ids[target], about, key, value) for target, about, key, value in facts if target in ids]

    notes = ran(site, ("10.0.0.0/24",), hosts) if run else []
    return assess([*notes, *evidence], {"t": read}, pack(), "test")  # type: ignore[dict-item]


def many(count: int) -> tuple[Told, ...]:
    """Facts of `count` devices: every fifth listed, every fifth nameless, the others of a maker not listed."""
    lines = ("Hikvision company products", "", "Cisco IOS Software", "Cisco IOS Software", "Cisco IOS Software")
    facts: list[Told] = []
    for number in range(count):
        target = f"10.{1 + number // 62500}.{number // 250 % 250}.{number % 250 + 1}"
        facts.append((target, "self", "snmp.sys_name", f"device-{number:05}"))
        facts.append((target, "self", "entity.serial", f"SER{number:06}"))
        if lines[number % 5]:
            facts.append((target, "self", DESCR, lines[number % 5]))
    return tuple(facts)


ENTITY = Entity(
    name=SITE.entity,
    uei=SITE.uei,
    cage=SITE.cage,
    site=(
        EntitySite("hq", "Harbour Street", "US", "owned"),
        EntitySite("annex", "Annex", "US", "leased"),
    ),
    contract=(Contract("W000-26-R-0001", "Example Agency", ("52.240-90", "52.204-26")),),
)
SILENT = Answers()
TODAY = date(2026, 11, 23)
PREPARED = "2026-11-23T12:00:00.000000Z"


def filing(
    answers: Answers = SILENT, made: Report | None = None, entity: Entity = ENTITY, form: str = "far_52_204_26"
) -> Filing:
    """A filing of one report, its holds found by the gate, its answers bound to it unless they name another."""
    found = report() if made is None else made
    held = Held(found, digest(json.render(found)))
    bound = answers if answers.reports else msgspec.structs.replace(answers, reports=(held.digest,))
    return Filing(form, entity, (held,), bound, tuple(holds([found], entity, bound, TODAY)), PREPARED)
