"""Parcel: what leaves a site of one result folder: which files at which release, the statement that names them, and the bounds of all.

On disk and on the wire a parcel is one zstd frame, its content size stated, of a plain tar (ustar; the statement first, then names sorted;
mode 0644; mtime, uid and gid 0). The frame is made and opened elsewhere: this floor has neither disk nor zstd.
"""

import re
from collections.abc import Iterable
from typing import Literal

import msgspec

from model.canonical import canonical
from model.report import Coverage, Inputs, Report, Site, Summary
from model.spans import spans
from model.statement import Statement, Subject, statement_of
from model.trouble import Trouble

PREDICATE = "https://laydown.invalid/parcel/v1"  # a name, not a place: .invalid is never reached (RFC 2606)
SUMMARY_SCHEMA = "laydown.summary/1"
Release = Literal["none", "summary", "extract", "full"]
RELEASES: tuple[Release, ...] = ("none", "summary", "extract", "full")  # each shows more than the one before it
STATEMENT, SUMMARY, EXTRACT = "statement.dsse.json", "summary.json", "extract.json"
REPORT, PACK, EVIDENCE = "report.json", "pack.zip", "evidence.jsonl"
BODY = re.compile(r"bodies/([0-9a-f]{2})/\1[0-9a-f]{62}")
NEEDED: dict[str, tuple[str, ...]] = {"summary": (SUMMARY,), "extract": (EXTRACT,), "full": (EVIDENCE, PACK, REPORT)}
UNPACKED = 512 * 1024 * 1024  # bytes that the tar may have
RATIO = 200  # unpacked bytes to one of the frame
MEMBERS = 100_000
PIECE = 1024 * 1024  # bytes of one piece of an upload, at most


class About(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The statement's predicate. `agent`, `site`: ids; times, `evidence`, `pack`, `engine`: the report's; `report`: its digest.

    `released_by`: who released it at this level to `recipient`, an organisation's id; `marking`: what stands on every page, or "".
    """

    agent: str
    site: str
    started_at: str
    finished_at: str
    evidence: str
    pack: str
    engine: str
    report: str
    release: Release
    recipient: str
    released_by: str
    marking: str = ""


class Row(msgspec.Struct, frozen=True):
    """A row of the coverage ledger without its addresses: `scope` is how many there are, and of which version."""

    scope: str
    probe: str
    asked: int
    answered: int
    silent: int
    refused: int
    excluded: int
    status: str


class SiteSummary(msgspec.Struct, frozen=True):
    """summary.json: how the site stands, without a device, an address or a name of a network."""

    schema: str
    site: Site
    started_at: str
    finished_at: str
    inputs: Inputs
    summary: Summary
    coverage: tuple[Row, ...] = ()


def summary_of(report: Report) -> bytes:
    """summary.json of a report."""
    rows = tuple(sorted((_row(one) for one in report.coverage), key=lambda row: (row.probe, row.scope, row.status)))
    at = (report.started_at, report.finished_at)
    return canonical(SiteSummary(SUMMARY_SCHEMA, report.site, *at, report.inputs, report.summary, rows)) + b"\n"


def _row(one: Coverage) -> Row:
    counts = (one.asked, one.answered, one.silent, one.refused, one.excluded)
    return Row(_size(one.scope), one.probe, *counts, one.status)


def _size(scope: str) -> str:
    """`256 addresses of IPv4`; "a named scope" where it is not addresses: a name would tell more than was released."""
    found = spans([scope])
    if found.labels or not found.ranges:
        return "a named scope"
    version = found.ranges[0][0]
    return f"{found.size} address{'' if found.size == 1 else 'es'} of IPv{version}"


def stated(about: About, digests: Iterable[tuple[str, str]]) -> Statement:
    """The statement over the members. `digests`: (name, sha256 of its bytes in 64 hex digits)."""
    subjects = tuple(Subject(name, {"sha256": text}) for name, text in sorted(digests))
    return Statement(subjects, msgspec.to_builtins(about), predicate_type=PREDICATE)


def about_of(payload: bytes, where: str) -> tuple[About, dict[str, str]]:
    """Predicate and {member: sha256} of a statement; Trouble where it is none, names a file that its release has not, or lacks one."""
    statement = statement_of(payload, where, PREDICATE)
    try:
        about = msgspec.convert(statement.predicate, About)
    except msgspec.ValidationError as fault:
        raise Trouble(where, f"no parcel's statement ({fault})", "pack it again with `laydown push`") from None
    held = {one.name: one.digest.get("sha256", "") for one in statement.subject}
    if len(held) != len(statement.subject):
        raise Trouble(where, "names a member twice", "pack it again with `laydown push`")
    if wrong := amiss(held, about.release):
        raise Trouble(where, wrong, "pack it again with `laydown push`")
    return about, held


def amiss(names: Iterable[str], release: Release) -> str:
    """What is wrong with the members of a parcel at this release, its statement aside; "" where nothing is."""
    held = set(names)
    for name in NEEDED.get(release, ()):
        if name not in held:
            return f"{name} is missing from a parcel released as {release}"
    needed = set(NEEDED.get(release, ()))
    strange = sorted(one for one in held - needed if release != "full" or not BODY.fullmatch(one))
    if release == "none" or strange:
        return f"{(strange or ['a parcel'])[0][:80]} may not leave at release {release}"
    return "" if len(held) < MEMBERS else f"{len(held):,} members: more than {MEMBERS - 1:,}"
