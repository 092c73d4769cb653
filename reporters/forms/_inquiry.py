"""Scope and method: the record of the inquiry. Who looked, when, how, what each probe asked and what came of it."""

from collections.abc import Iterator

from model.filing import Filing, Held
from model.report import Report
from reporters._document import Block, Bullets, Field, Fields, Heading, Paragraph, Table
from reporters._text import names_of, when
from reporters.regimes import quote

BOUNDS = (
    "It sees connected equipment that answered, or that a table which was read names. It does not see equipment "
    "that is switched off, "
    "stored, on cellular or other networks, or on networks that were not examined.",
    "It sees no services: carriers, mobile, cloud video, monitoring. Where routers on the way to the outside were heard, they are listed "
    "below, for whoever answers for those services.",
    "It judges makers. A box whose maker is named and not listed may hold parts that nothing on the network names.",
    "It says who made a thing and how that is known; purpose, and whether it can route or see user data, are "
    "for a person.",
    "Purchasing and inventory records, which are information in the entity's possession, are not read by it.",
)


def inquiry(filing: Filing) -> Iterator[Block]:
    """The definition, each report's scan, and what a scan cannot see."""
    yield Heading("Scope and method: the inquiry record")
    yield quote("far-52.204-25", "inquiry")
    yield Paragraph(
        "A scan is one part of such an inquiry and, in our reading, never the whole of it. What this part cannot see:"
    )
    yield from method(filing)


def method(filing: Filing) -> Iterator[Block]:
    """What a scan cannot see, and each report's scan: for papers whose clause knows no reasonable inquiry, too."""
    yield Bullets(BOUNDS)
    for held in filing.reports:
        yield from _scan(held)


def _scan(held: Held) -> Iterator[Block]:
    report = held.report
    allowed = ", ".join(filter(None, (report.authority.name, report.authority.ticket, report.authority.window)))
    yield Heading(f"Site {report.site.name or report.site.id or 'without a name'}", 3)
    yield Fields(
        (
            Field("How", report.agent or None),
            Field("When", f"{when(report.started_at)} to {when(report.finished_at)}" if report.finished_at else None),
            Field("Allowed by", allowed or None),
            Field("Came out as", _outcomes(report)),
        )
    )
    rows = tuple(
        (
            r.probe,
            r.scope,
            *(f"{n:,}" for n in (r.asked, r.answered, r.silent, r.refused, r.excluded)),
            r.status,
            r.reason,
        )
        for r in report.coverage
    )
    head = ("Probe", "Scope", "Asked", "Answered", "Silent", "Refused", "Excluded", "Status", "Reason")
    yield Table(
        "What each probe asked, in targets: asked = answered + silent + refused + excluded",
        head,
        rows,
        (4, 5, 3, 3, 3, 3, 3, 3, 5),
        "no ledger: the report does not say what was asked",
    )
    names = names_of(report)
    nets = tuple(
        (n.name, n.kind, n.status, ", ".join(names.get(by, by) for by in n.named_by), n.reason) for n in report.networks
    )
    yield Table(
        "Networks that the scope or any table names",
        ("Network", "Kind", "Status", "Named by", "Remark"),
        nets,
        (4, 2, 3, 4, 4),
    )
    if report.services:
        yield _ways(report)


def _ways(report: Report) -> Table:
    """Routers heard: what the questions about carriers and third parties' facilities are asked of."""
    names = names_of(report)
    what = {"gateway": "this machine's gateway", "hop": "router heard", "reached": "the target"}
    rows = tuple(
        (
            f"way to {service.name}",
            str(hop.ttl or ""),
            hop.address,
            what.get(hop.kind, hop.kind),
            ", ".join(filter(None, (hop.mac, hop.registrant))),
            names.get(hop.device, ""),
        )
        for service in report.services
        for hop in service.hops
    )
    head = ("Service", "Hop", "Address", "What", "MAC address and registrant", "In this report as")
    return Table("Ways to the outside: routers heard, none of them asked anything", head, rows, (4, 1, 4, 3, 4, 4))


def _outcomes(report: Report) -> str:
    names = ("covered", "conflict", "suspect", "unknown", "unseen", "clear")
    counts = ", ".join(f"{getattr(report.summary, name):,} {name}" for name in names)
    return f"{report.summary.devices:,} devices: {counts}; {len(report.unexplained_macs):,} unexplained MAC addresses"
