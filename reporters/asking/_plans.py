"""Phase-out: what each accused device does, what replaces it, when, and at what cost; and a waiver, if one is sought."""

from collections.abc import Iterator

from model.asked import Ask
from model.filing import Filing
from model.report import ACCUSING
from model.waivers import PARTS, STATUSES, authorities
from reporters.asking._words import SIGNED, said
from reporters.forms._disclosure import units

GROUP = "Phase-out and waivers"
PLAN = ("purpose", "replacement", "start", "end", "cost", "currency", "contract", "supply_category", *SIGNED)
WAIVER = ("authority", "status", "part", "contract", "scope", "start", "end", "approval", *SIGNED)


def removals(filing: Filing) -> Iterator[Ask]:
    """A plan for each accused device, or part of a device that is not, and whether a waiver was sought or granted for it."""
    for unit in units(filing):
        one = unit.device
        if unit.thing is not one and one.outcome in ACCUSING:
            continue  # the part goes with its device, unless somebody plans otherwise
        fixed = {"device": unit.subject}
        why = f"{unit.thing.outcome} at site {unit.report.site.id}"
        name, given = unit.name, said(filing, "removal", fixed, PLAN)
        text = "What does it do there, what replaces it, when, and what does that cost?"
        yield Ask(
            f"removal:{unit.subject}", text, "removal", fixed, PLAN, GROUP, {}, name, why, "former FAR 4.2104", given
        )
        held = next((w for w in filing.answers.waiver if one.device in w.devices), None)
        spoken = {key: getattr(held, key) for key in WAIVER if getattr(held, key)} if held else {}
        text = "Was a waiver sought or granted for it? Leave this open where none was: a waiver lifts no hold."
        options = {"authority": tuple(authorities()), "status": STATUSES, "part": PARTS}
        shown = {"devices": one.device}
        yield Ask(
            f"waiver:{one.device}",
            text,
            "waiver",
            shown,
            WAIVER,
            GROUP,
            options,
            name,
            why,
            "docs/waivers.md",
            spoken,
            True,
        )
