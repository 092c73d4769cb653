"""Report: findings, coverage, closures and inputs of one site. Field for field the file report.json, schema laydown.report/1."""

from typing import Literal

import msgspec

SCHEMA = "laydown.report/1"
Outcome = Literal["unseen", "unknown", "clear", "suspect", "covered", "conflict"]
WORDS: dict[str, str] = {
    "covered": "made by a listed producer",
    "conflict": "sources disagree and one names a listed producer: counts as covered",
    "suspect": "signs of a listed producer, not declared by the device",
    "clear": "maker named, not listed; parts and services not judged",
    "unknown": "seen, maker not identified",
    "unseen": "known from a table, lease, inventory or neighbour, never answered",
}
RANK = {"unseen": 0, "unknown": 0, "clear": 0, "suspect": 1, "covered": 2, "conflict": 3}
ACCUSING = frozenset({"suspect", "covered", "conflict"})


class Authority(msgspec.Struct, frozen=True):
    """Who allowed the scan: a person's name, a ticket, a window in words."""

    name: str = ""
    ticket: str = ""
    window: str = ""


class Site(msgspec.Struct, frozen=True):
    """The place. `country`: ISO 3166 alpha-2; `uei`, `cage`: the entity's codes in SAM."""

    id: str = ""
    name: str = ""
    country: str = ""
    region: str = ""
    entity: str = ""
    uei: str = ""
    cage: str = ""
    contracts: tuple[str, ...] = ()
    supply_categories: tuple[str, ...] = ()


class Why(msgspec.Struct, frozen=True, order=True, gc=False):
    """One reason of a verdict: evidence id, rule, grade, fact key and value."""

    evidence: str
    rule: str
    grade: str
    key: str
    value: str


class Question(msgspec.Struct, frozen=True, order=True, gc=False):
    """What only a person can answer. `id` is the key in answers.toml."""

    id: str
    text: str


class Reach(msgspec.Struct, frozen=True, order=True, gc=False):
    """An authority that reaches the finding's maker, with what is still open."""

    id: str
    cites: tuple[str, ...] = ()
    open_questions: tuple[Question, ...] = ()


class Attached(msgspec.Struct, frozen=True, order=True, gc=False):
    """Where a device is plugged in: `switch` is a device id; port, VLAN and SSID by the switch's own names."""

    switch: str = ""
    port: str = ""
    vlan: str = ""
    ssid: str = ""
    seen_at: str = ""


class Relabel(msgspec.Struct, frozen=True):
    """Sold as `brand`, built by `factory` (maker ids). `proved`: a wire sign says so; else the brand's name alone.

    `sold_as`, `built_by`: their names; `entity`: the listed maker at the chain's end. `proof`: what would prove it of any unit; `signs`:
    what this unit sent. `since`, `until`: between which the factory is said to have built for the brand; `sold`: when the brand left the
    builder's hands; `built`: when a person says that this unit was. `sources`, `mark`: on whose word the chain rests.
    """

    brand: str
    factory: str
    proved: bool
    proof: str = ""
    question: str = ""
    sold_as: str = ""
    built_by: str = ""
    entity: str = ""
    signs: tuple[str, ...] = ()
    since: str = ""
    until: str = ""
    sold: str = ""
    built: str = ""
    sources: tuple[str, ...] = ()
    mark: str = ""


class Seen(msgspec.Struct, frozen=True, order=True, gc=False):
    """What a named person saw on or about a device: no word of the wire. `on`: ISO day; `what`: a key of model.person.WORDS."""

    what: str
    value: str
    by: str
    on: str
    evidence: str


class Component(msgspec.Struct, frozen=True, gc=False):
    """A part inside a device: optic, card, power unit, network interface. Same maker/outcome/in_law/why shape as a finding."""

    component: str
    outcome: Outcome
    maker: str | None = None
    producer: str = ""
    kind: str = ""
    in_law: str = ""
    model: str = ""
    serial: str = ""
    firmware: str = ""
    why: tuple[Why, ...] = ()


class Finding(msgspec.Struct, frozen=True, gc=False):
    """One device and the verdict. `witnesses`: devices naming it. `in_law`: what the law's words call its kind, where it is accused.

    `origins`: vantages and files that saw or heard it itself; and those that name it where no device does (leases, inventories, radios).
    """

    device: str
    outcome: Outcome
    maker: str | None = None
    producer: str = ""
    kind: str = ""
    in_law: str = ""
    model: str = ""
    serial: str = ""
    firmware: str = ""
    addresses: tuple[str, ...] = ()
    macs: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    origins: tuple[str, ...] = ()
    witnesses: tuple[str, ...] = ()
    attached: tuple[Attached, ...] = ()
    first_seen: str = ""
    last_seen: str = ""
    components: tuple[Component, ...] = ()
    authorities: tuple[Reach, ...] = ()
    relabel: Relabel | None = None
    why: tuple[Why, ...] = ()
    observed: tuple[Seen, ...] = ()


class Coverage(msgspec.Struct, frozen=True):
    """asked = answered + silent + refused + excluded, counted in targets, per probe and scope. `status` as in model.run.Ledger."""

    scope: str
    probe: str
    asked: int
    answered: int
    silent: int
    refused: int
    excluded: int
    status: str
    reason: str = ""


class Network(msgspec.Struct, frozen=True, gc=False):
    """A subnet, VLAN or SSID. `status`: `in scope`, `excluded` (with reason) or `not examined`; `named_by`: devices or `scope`."""

    name: str
    kind: str
    status: str
    named_by: tuple[str, ...] = ()
    reason: str = ""


class StrayMac(msgspec.Struct, frozen=True, gc=False):
    """A MAC that no identified device owns. `registrant`: IEEE name or ""; `random`: locally administered."""

    mac: str
    registrant: str = ""
    random: bool = False
    addresses: tuple[str, ...] = ()
    attached: tuple[Attached, ...] = ()
    witnesses: tuple[str, ...] = ()


class Hop(msgspec.Struct, frozen=True, order=True, gc=False):
    """A router on the way to the outside. `ttl` 0: this machine's own gateway, whose `mac` and `registrant` its tables gave.

    `kind`: `gateway`, `hop`, or `reached` for the target itself. `device`: a finding's id where the address is one's.
    """

    ttl: int
    address: str
    kind: str = "hop"
    mac: str = ""
    registrant: str = ""
    device: str = ""


class Service(msgspec.Struct, frozen=True, gc=False):
    """What was heard of a service that the site uses: evidence for questions, never a finding. `kind`: `upstream`; `name`: its target."""

    kind: str
    name: str
    hops: tuple[Hop, ...] = ()
    open_questions: tuple[Question, ...] = ()
    evidence: tuple[str, ...] = ()


class Inputs(msgspec.Struct, frozen=True):
    """Digests of evidence (over the sorted ids) and pack, and the engine's version: the report is a function of these three.

    `registry`: the pack's lists and their days; `old`: those that were too old when the last evidence was seen, with their age.
    """

    evidence: str
    pack: str
    engine: str
    registry: tuple[str, ...] = ()
    old: tuple[str, ...] = ()


class Summary(msgspec.Struct, frozen=True):
    """Counts of findings by outcome, of stray MACs and of networks not examined."""

    devices: int = 0
    covered: int = 0
    suspect: int = 0
    conflict: int = 0
    clear: int = 0
    unknown: int = 0
    unseen: int = 0
    unexplained_macs: int = 0
    not_examined: int = 0


class SharedId(msgspec.Struct, frozen=True):
    """An identifier seen in places that cannot be one device: it joined nothing."""

    kind: str
    value: str
    reason: str


class Report(msgspec.Struct, frozen=True):
    """The whole account of one site. `render(report)` is pure; `agent` names program and vantage; times are those of the evidence."""

    schema: str
    agent: str
    started_at: str
    finished_at: str
    authority: Authority
    site: Site
    inputs: Inputs
    summary: Summary
    findings: tuple[Finding, ...] = ()
    coverage: tuple[Coverage, ...] = ()
    networks: tuple[Network, ...] = ()
    unexplained_macs: tuple[StrayMac, ...] = ()
    services: tuple[Service, ...] = ()
    shared_ids: tuple[SharedId, ...] = ()
    faults: tuple[str, ...] = ()
