"""One parcel made ready for its rows: the work that needs no database. Pure but for the packing: bytes in, rows out."""

from typing import Any

import msgspec

from collector.intake.frame import opened
from collector.rows.devices import Said, said
from collector.rows.evidence import apart
from collector.store.blobs import Packed, as_it_is, packed
from model import extract
from model.parcel import EXTRACT, PACK, REPORT, STATEMENT, SUMMARY, About, Row, SiteSummary, about_of
from model.report import RANK, Coverage, Finding, Network, Report, Summary
from model.statement import opened as envelope


class Taken(msgspec.Struct, frozen=True):
    """`about`: the signed predicate; `report`: the whole one, where it was released; `columns`: of the table report.

    `blobs`: what is kept by its digest; `besides`: digests of what was kept before and is needed too; `devices`: None where the release
    shows none; `coverage`: rows, or None likewise.
    """

    about: About
    columns: dict[str, Any]
    blobs: list[Packed]
    report: Report | None = None
    devices: list[Said] | None = None
    coverage: tuple[Coverage | Row, ...] | None = None
    networks: tuple[Network, ...] = ()
    besides: tuple[str, ...] = ()


def taken(data: bytes) -> Taken:
    """The parcel, read again from what was kept: it was verified before it was."""
    members = opened(data)
    about, named = about_of(envelope(members[STATEMENT], STATEMENT)[1], STATEMENT)
    if about.release == "full":
        return _full(members, about, f"sha256:{named[PACK]}")
    return {"summary": _summary, "extract": _extract}[about.release](members, about)


def _full(members: dict[str, bytes], about: About, pack: str) -> Taken:
    report = msgspec.json.decode(members[REPORT], type=Report)
    parts = apart(members)
    kept = [packed(members[STATEMENT]), packed(members[REPORT]), parts.lines]
    names = {"statement": kept[0].sha256, "body": kept[1].sha256, "lines": kept[2].sha256, "pack_zip": pack}
    kept += [as_it_is(members[PACK], pack)] if PACK in members else []
    kept += [packed(data) for data in parts.bodies.values()]
    columns = {
        **_columns(about),
        **names,
        **counted(report.summary),
        **asked(report.coverage),
        "evidence": report.inputs.evidence,
    }
    devices = [said(one) for one in report.findings]
    return Taken(
        about, columns, kept, report, devices, report.coverage, report.networks, () if PACK in members else (pack,)
    )


def _summary(members: dict[str, bytes], about: About) -> Taken:
    found = msgspec.json.decode(members[SUMMARY], type=SiteSummary)
    kept = [packed(members[STATEMENT]), packed(members[SUMMARY])]
    names = {"statement": kept[0].sha256, "body": kept[1].sha256}
    columns = {**_columns(about), **names, **counted(found.summary), **asked(found.coverage)}
    return Taken(about, columns, kept, coverage=found.coverage)


def _extract(members: dict[str, bytes], about: About) -> Taken:
    found = extract.parsed(members[EXTRACT], EXTRACT)
    kept = [packed(members[STATEMENT]), packed(members[EXTRACT])]
    devices = [said(one) for one in disclosed(found)]
    counts = {name: sum(one["outcome"] == name for one in devices) for name in RANK}
    names = {"statement": kept[0].sha256, "body": kept[1].sha256, "devices": len(devices), **counts}
    return Taken(about, {**_columns(about), **names}, kept, devices=devices)


def disclosed(found: extract.Extract) -> list[Finding]:
    """The devices that an extract speaks of, as far as it does. A device that bears no id in it goes by its word in the tree."""
    told: dict[str, dict[str, Any]] = {}
    for one in found.shown:
        content = one.leaf.content
        of = content.get("of", "")
        if one.leaf.kind == "verdict" and content.get("outcome") in RANK:
            told.setdefault(of, {}).update(
                outcome=content["outcome"], maker=content.get("maker") or None, producer=content.get("producer", "")
            )
        elif one.leaf.kind == "fact" and "component" not in content:
            _fact(told.setdefault(of, {}), content)
    return [Finding(**{"device": of, **fields}) for of, fields in sorted(told.items()) if "outcome" in fields]


SEVERAL = {"address": "addresses", "mac": "macs", "name": "names"}


def _fact(fields: dict[str, Any], content: dict[str, str]) -> None:
    key, value = content.get("key", ""), content.get("value", "")
    if key in ("kind", "model", "serial", "firmware", "first_seen", "last_seen", "device"):
        fields[key] = value
    elif key in SEVERAL and "rule" not in content:
        fields[SEVERAL[key]] = (*fields.get(SEVERAL[key], ()), value)


def _columns(about: About) -> dict[str, Any]:
    told = {
        "digest": about.report,
        "release": about.release,
        "started_at": about.started_at,
        "finished_at": about.finished_at,
    }
    return {**told, "pack": about.pack, "engine": about.engine, "marking": about.marking, "evidence": about.evidence}


def counted(summary: Summary) -> dict[str, int]:
    """The counts of a report as columns."""
    found: dict[str, int] = msgspec.structs.asdict(summary)
    return found


def asked(rows: tuple[Coverage, ...] | tuple[Row, ...]) -> dict[str, int]:
    """`coverage`: thousandths of what was to be asked that was asked and finished, whether it answered or was silent."""
    total = sum(row.asked for row in rows)
    done = sum(row.answered + row.silent for row in rows if row.status == "done")
    return {
        "asked": total,
        "answered": sum(row.answered for row in rows),
        "coverage": 1000 * done // total if total else 0,
    }
