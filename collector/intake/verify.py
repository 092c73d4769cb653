"""Whether a parcel holds: signed by this agent, about its site, for us, its members those that were signed, its report one that we read.

Pure: bytes, keys and the moment are arguments. What is refused here is refused for good, in one clear answer.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import TypeVar

import msgspec

from collector.intake.frame import opened, wrong
from collector.refused import Refused
from model import extract
from model.canonical import digest
from model.evidence import Evidence, body_matches, parsed
from model.keys import Public, holds
from model.parcel import (
    EVIDENCE,
    EXTRACT,
    PACK,
    REPORT,
    STATEMENT,
    SUMMARY,
    SUMMARY_SCHEMA,
    About,
    SiteSummary,
    about_of,
)
from model.report import SCHEMA, Report
from model.statement import PAYLOAD, pae
from model.statement import opened as envelope
from model.times import read, written
from model.trouble import Trouble

AHEAD = 600  # seconds by which a report may be later than our clock
Noun = TypeVar("Noun", Report, SiteSummary)
DEVICES, ROWS = 50_000, 200_000  # of one report: its rows are one transaction, for which others wait
LONGEST = 1 << 20  # bytes of a line of evidence


class Sender(msgspec.Struct, frozen=True):
    """Who may have signed: the agent's id, its organisation, the register's id of its site, its keys by id: now's and former ones.

    `markings`: those that the organisation allows.
    """

    agent: str
    organisation: str
    site: str
    keys: dict[str, Public]
    markings: tuple[str, ...]


class Held(msgspec.Struct, frozen=True):
    """A parcel that holds. `report`: the noun of its release: Report, SiteSummary or Extract.

    `lacks`: the digest of the pack that was left out of it, "" where it is whole: the parcel holds if that one is kept here.
    """

    about: About
    members: dict[str, bytes]
    report: Report | SiteSummary | extract.Extract
    lacks: str = ""


class _Schema(msgspec.Struct):
    schema: str


def verified(data: bytes, sender: Sender, now: datetime) -> Held:
    """The parcel, opened; Refused with the first thing that does not hold."""
    members = opened(data)
    try:
        about, lacks = _signed(members, sender)
        _for_us(about, sender, now)
        return Held(about, members, _report(members, about), lacks)
    except Trouble as fault:
        raise wrong("parcel", f"{fault.where}: {fault.what}", fault.remedy) from None
    except RecursionError:
        raise wrong("json", "nested too deep") from None


def _signed(members: Mapping[str, bytes], sender: Sender) -> tuple[About, str]:
    """What was signed, and the digest of the pack if it is named there and not here; any other member must be here."""
    kind, payload, signatures = envelope(members[STATEMENT], STATEMENT)
    good = any(keyid in sender.keys and holds(sender.keys[keyid], one, pae(kind, payload)) for keyid, one in signatures)
    if kind != PAYLOAD or not good:
        raise wrong("signature", "the statement is not signed by this agent", "sign it with the key that is enrolled")
    about, digests = about_of(payload, STATEMENT)
    lacks = f"sha256:{digests[PACK]}" if PACK in digests and PACK not in members else ""
    for name, sha256 in digests.items():
        if lacks and name == PACK:
            continue
        if name not in members or digest(members[name]) != f"sha256:{sha256}":
            raise wrong("digest", f"{name[:80]} is not the file that was signed")
    if strange := sorted(members.keys() - digests.keys() - {STATEMENT}):
        raise wrong("digest", f"{strange[0][:80]} was not signed")
    return about, lacks


def _for_us(about: About, sender: Sender, now: datetime) -> None:
    if about.recipient != sender.organisation:
        raise _shut("recipient", "released to another organisation than the one this agent reports to")
    if about.agent != sender.agent or about.site != sender.site:
        raise _shut("site", "an agent writes its own site and no other")
    if about.marking not in sender.markings:
        allowed = ", ".join(one or "unmarked" for one in sender.markings) or "none"
        raise _shut("marking", f"marked {about.marking[:60]!r}; this collector may hold: {allowed}")
    if about.release != "summary" and not about.released_by.strip():
        raise wrong("release", "nobody released it", "name who did: released_by in agent.toml")
    for text in (about.started_at, about.finished_at):
        try:
            late = read(text) > now + timedelta(seconds=AHEAD)
        except ValueError:
            raise wrong("time", f"{text[:40]!r} is no time") from None
        if late:
            raise wrong("future", f"dated {text}, here it is {written(now)}", "set the site's clock and scan again")


def _shut(error: str, what: str) -> Refused:
    """Not allowed, and will not be."""
    return Refused(403, error, what, "see docs/protocol.md", final=True)


def _report(members: Mapping[str, bytes], about: About) -> Report | SiteSummary | extract.Extract:
    if about.release == "summary":
        summary = _read(members[SUMMARY], SUMMARY, SiteSummary, SUMMARY_SCHEMA)
        _same(
            about, summary.site.id, summary.started_at, summary.finished_at, summary.inputs.pack, summary.inputs.engine
        )
        return summary
    if about.release == "extract":
        shown = extract.parsed(members[EXTRACT], EXTRACT)
        if (fault := extract.fault(shown)) or shown.pack != about.pack:
            raise wrong("extract", fault or "judged by another pack than was signed")
        return shown
    report = _read(members[REPORT], REPORT, Report, SCHEMA)
    if len(report.findings) > DEVICES or len(report.coverage) + len(report.networks) > ROWS:
        what = f"{len(report.findings):,} devices, {len(report.coverage) + len(report.networks):,} rows of coverage and networks"
        raise Refused(
            413,
            "size",
            f"{what}: {DEVICES:,} and {ROWS:,} are the most of one site",
            "report the site in parts",
            final=True,
        )
    _same(about, report.site.id, report.started_at, report.finished_at, report.inputs.pack, report.inputs.engine)
    if about.report != digest(members[REPORT]) or report.inputs.evidence != about.evidence:
        raise wrong("digest", "the statement is about another report")
    if evidence_digest(evidence(members)) != about.evidence:
        raise wrong("evidence", "the evidence is not what the report was made of")
    return report


def _same(about: About, *said: str) -> None:
    if said != (about.site, about.started_at, about.finished_at, about.pack, about.engine):
        raise wrong("statement", "says of site, times, pack or engine what the report does not")


def _read(data: bytes, where: str, shape: type[Noun], schema: str) -> Noun:
    try:
        told = msgspec.json.decode(data, type=_Schema).schema
        if told != schema:
            raise wrong(
                "schema", f"{where} has schema {told[:60]!r}; this collector reads {schema}", "use a matching version"
            )
        return msgspec.json.decode(data, type=shape)
    except (msgspec.MsgspecError, UnicodeDecodeError) as fault:
        raise wrong("schema", f"{where} is no {schema} ({str(fault)[:120]})") from None


def evidence(members: Mapping[str, bytes]) -> Iterator[Evidence]:
    """The evidence of a parcel, each line and body under its own digest; Trouble or Refused where one is not."""
    for number, line in enumerate(members[EVIDENCE].removesuffix(b"\n").split(b"\n"), 1):
        where = f"{EVIDENCE}:{number}"
        if len(line) > LONGEST:
            raise wrong("evidence", f"{where} is {len(line):,} bytes long")
        found = parsed(line, where)
        answer = found.observation.answer
        if answer is not None and found.body is None:
            body = members.get(f"bodies/{answer.sha256[:2]}/{answer.sha256}")
            if body is None or not body_matches(found.observation, body):
                raise wrong("evidence", f"{where}: its body is missing, or is another")
            found = msgspec.structs.replace(found, body=body)
        yield found


def evidence_digest(found: Iterator[Evidence]) -> str:
    """As `assess` makes it: over the sorted ids, each once."""
    return digest("\n".join(sorted({one.id for one in found})).encode())
