"""From a result folder to a parcel in the spool: as much of it as was released, signed by the agent."""

from pathlib import Path
from uuid import uuid4

import msgspec

from agent import clock
from agent.config import Config
from agent.deployed.extract import extract_of
from agent.deployed.home import Collector, Home
from agent.deployed.outbox import Outbox, Waiting
from agent.deployed.parcel import Member, held, members, packed, sealed_again
from agent.deployed.release import Word
from agent.results import report_of
from model.keys import Private
from model.parcel import EXTRACT, SUMMARY, About, summary_of
from model.report import Report
from model.trouble import Trouble, UsageTrouble


def shipped(
    home: Home, outbox: Outbox, config: Config, folder: Path, to: Collector, word: Word, by_file: bool = False
) -> Waiting:
    """The parcel of `folder` for the recipient, put into the spool; the one that is there or was receipted, if there is one."""
    report, digest = report_of(folder)
    if report.site.id and report.site.id != to.site.id:
        what = f"a report of site {report.site.id!r}, and the agent is enrolled for {to.site.id!r}"
        raise UsageTrouble(str(folder), what, "an agent sends its own site's reports alone")
    known = outbox.known(to.organisation, digest, word.level)
    if known is not None:
        return known
    about = _about(report, digest, config, to, word)
    made = home.parcels / f"{uuid4().hex}.part"
    name, size = packed(about, _parts(folder, report, word), home.key(to.organisation), made)
    told = Waiting(
        name,
        to.organisation,
        digest,
        word.level,
        word.by,
        str(folder.absolute()),
        size,
        by_file,
        "waiting",
        "",
        clock.stamp(),
        word.spoken,
    )
    outbox.put(made, told)
    return told


def _about(report: Report, digest: str, config: Config, to: Collector, word: Word) -> About:
    inputs = report.inputs
    return About(
        agent=to.agent,
        site=to.site.id,
        started_at=report.started_at,
        finished_at=report.finished_at,
        evidence=inputs.evidence,
        pack=inputs.pack,
        engine=inputs.engine,
        report=digest,
        release=word.level,
        recipient=word.recipient,
        released_by=word.by,
        marking=config.release.marking,
    )


def _parts(folder: Path, report: Report, word: Word) -> list[Member]:
    if word.level == "summary":
        return [held(SUMMARY, summary_of(report))]
    if word.level == "extract":
        return [held(EXTRACT, extract_of(folder, report, word.addresses))]
    return members(folder)


def sealed(home: Home, outbox: Outbox, recipient: str, changed: dict[str, str], key: Private) -> int:
    """Sign again, by `key`, what waits for the recipient; how many that were. What cannot be opened is set aside."""
    count = 0
    for one in outbox.of(recipient):
        made = home.parcels / f"{uuid4().hex}.part"
        try:
            name, size = sealed_again(outbox.path(one.digest), changed, key, made)
        except Trouble as fault:
            outbox.aside(one.digest, str(fault))
            continue
        if name != one.digest:
            outbox.forget(one.digest)
            outbox.put(made, msgspec.structs.replace(one, digest=name, size=size))
        made.unlink(missing_ok=True)
        count += 1
    return count
