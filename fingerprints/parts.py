"""What is inside a box, judged apart: modules, optics, and network interfaces of a covered registrant."""

from collections.abc import Mapping

from fingerprints.called import BOX_FIRMWARE, BOX_MODEL, BOX_SERIAL, TYPED, pick, producer_of
from fingerprints.derive import derived
from fingerprints.judge import Verdict, part
from fingerprints.kinds import part_in_law
from fingerprints.match import claims
from fingerprints.pack import Pack
from fingerprints.reasons import reasons
from fingerprints.resolve import Device
from model.claims import Claim, Fact
from model.report import ACCUSING, Component


def components(device: Device, box: Verdict, kind: str, known: list[Fact], pack: Pack) -> tuple[Component, ...]:
    """Its parts, each under a verdict of its own. `known`: the facts of the box, its own and those of tables."""
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

    kind = pick(said, "kind") or values.get("entity.class", "")
    return Component(
        component=name,
        outcome=verdict.outcome,
        maker=verdict.maker,
        producer=producer_of(verdict, pack) or values.get("entity.mfg_name", ""),
        kind=kind,
        in_law=part_in_law(kind, box_kind) if verdict.outcome in ACCUSING else "",
        model=label(BOX_MODEL) or pick(said, "model") or values.get("entity.description", ""),
        serial=label(BOX_SERIAL),
        firmware=label(BOX_FIRMWARE),
        why=reasons(verdict),
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
