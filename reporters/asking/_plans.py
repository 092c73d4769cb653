"""Phase-out: what each accused device does, what replaces it, when, and at what cost; and a waiver, if one is sought."""

from collections.abc import Iterator

from model.asked import Ask
from model.filing import Filing
from model.report import ACCUSING
from model.waivers import PARTS, STATUSES, authorities
from reporters._text import called
from reporters.asking._words import SIGNED, said

GROUP = "Phase-out and waivers"
PLAN = ("purpose", "replacement", "start", "end", "cost", "currency", "contract", "supply_category", *SIGNED)
WAIVER = ("authority", "status", "part", "contract", "scope", "start", "end", "approval", *SIGNED)


def removals(filing: Filing) -> Iterator[Ask]:
    """A plan for each accused device, and the question whether a waiver was sought or granted for it."""
    for report, one in filing.findings():
        if one.outcome not in ACCUSING:
            continue
        fixed = {"device": one.device}
        why = f"{one.outcome} at site {report.site.id}"
        name, given = called(one), said(filing, "removal", fixed, PLAN)
        text = "What does it do there, what replaces it, when, and what does that cost?"
        yield Ask(
            f"removal:{one.device}", text, "removal", fixed, PLAN, GROUP, {}, name, why, "former FAR 4.2104", given
        )
        held = next((w for w in filing.answers.waiver if one.device in w.devices), None)
        spoken = {key: getattr(held, key) for key in WAIVER if getattr(held, key)} if held else {}
        text = "Was a waiver sought or granted for it? Leave this open where none was: a waiver lifts no hold."
        options = {"authority": tuple(authorities()), "status": STATUSES, "part": PARTS}
        shown = {"devices": one.device}
        yield Ask(
            f"waiver:{one.device}", text, "waiver", shown, WAIVER, GROUP, options, name, why, "docs/waivers.md", spoken
        )
