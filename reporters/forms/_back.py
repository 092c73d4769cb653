"""The last page of every form: what it is not, from what it was made, who answered, who signs."""

from collections.abc import Iterator

from model.answers import ClockWord, Excepted, Look, Removal, Waiver
from model.figures import figures
from model.filing import Filing
from model.regime import Regime
from reporters._document import Block, Bullets, Field, Fields, Heading, Signature, Table
from reporters.forms._section_889 import AUTHORITY, exceptions
from reporters.regimes import quote

DRAFT = (
    "It is a draft. Software ticked no box and made no representation; a person answers for it and signs.",
    "It is not legal advice. Which text governs is for the solicitation or contract to say: older awards and "
    "offers carry FAR "
    "52.204-24, -25 and -26; an agency's class deviation may put 52.240-90 and -91 in their place.",
)
SECTION_889 = (
    "Neither representation asks whether the equipment is a substantial or essential component; the "
    "prohibitions and the duty to "
    "report do. Present, used and prohibited are therefore three questions.",
    "Agency heads' waivers could not run past 13 August 2021 (Part A) and 13 August 2022 (Part B).",
    "The FCC Covered List, Section 1656 (DFARS 252.204-7016 to -7018) and Section 5949 are authorities of their own. "
    "This form answers for none of them.",
    "The texts name five producers and their subsidiaries and affiliates; no official list of those is known to us.",
)


def limits(law: Regime | None = None) -> Iterator[Block]:
    """What the form is not, `law`'s own sentences included. Without a law: the exception's two texts too, which `waivers` prints else."""
    yield Heading("What this form is not")
    ours = law is None or law.authority == AUTHORITY
    yield Bullets((*DRAFT, *(SECTION_889 if ours else ()), *(law.is_not if law else ())))
    if ours:
        yield quote("far-52.204-25", "use")
    if law is None:
        yield from exceptions()


def closing(filing: Filing) -> Iterator[Block]:
    """Digests, registry dates, who answered, and the lines to sign on."""
    yield Heading("From what this was made")
    counts = tuple((one.words, f"{one.count:,}") for one in figures(filing))
    yield Table("Figures of this filing, the same in every format", ("What", "How many"), counts, (5, 2))
    for held in filing.reports:
        inputs = held.report.inputs
        yield Fields(
            (
                Field(f"Report of site {held.report.site.id or 'without a name'}", held.digest),
                Field("Evidence", inputs.evidence),
                Field("Pack of rules, law and registry", inputs.pack),
                Field("Engine", f"laydown {inputs.engine}"),
                Field("Registry dates", ", ".join(inputs.registry) or "none"),
            )
        )
    yield Heading("Who answered")
    rows = tuple(sorted({(a.by, a.date, "questions") for a in filing.answers.answer} | _others(filing)))
    yield Table(
        "Persons whose words stand in this paper",
        ("Name", "Date or until", "Of"),
        rows,
        (4, 3, 4),
        "nobody has answered anything yet",
    )
    signer = filing.answers.signer
    yield Heading("Who signs")
    yield Signature("For the entity", signer.name, signer.title, signer.date)
    yield Signature("For the inquiry: who carried it out or had it carried out")


def _others(filing: Filing) -> set[tuple[str, str, str]]:
    said = filing.answers
    plain: tuple[tuple[str, ClockWord | Waiver | Excepted | Removal | Look], ...] = (
        *(("clocks", one) for one in said.clock),
        *(("waivers", one) for one in said.waiver),
        *(("exceptions", one) for one in said.exception),
        *(("removals", one) for one in said.removal),
        *(("reviews of lists", one) for one in said.look),
    )
    found = {(one.by, one.date, name) for name, one in plain}
    found |= {(c.by, c.date, f"box {c.box}") for c in said.choice}
    return found | {(d.by, f"until {d.until}", "dispositions") for d in said.disposition}
