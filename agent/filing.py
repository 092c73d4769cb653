"""A Filing out of folders and files: reports, entity, answers, holds; the clock is read here, once."""

from pathlib import Path

import msgspec

from agent.accounted import accounted
from agent.clock import now
from agent.federal import ZONE, days_off
from agent.moments import moments
from agent.results import report_of
from model import answers as said
from model.answers import Answers
from model.clocks import Candidate
from model.entity import Contract, Entity, EntitySite, parsed
from model.filing import Filing, Held
from model.gate import holds
from model.times import written
from model.trouble import Trouble, UsageTrouble
from reporters._clockwork import Calendar, candidates


class Source(msgspec.Struct, frozen=True):
    """Where a filing comes from: folders with reports, an entity file, an answers file; None where none was named."""

    folders: tuple[Path, ...]
    entity: Path | None = None
    answers: Path | None = None
    site_only: bool = False
    contract: str = ""


def filing_of(source: Source, form: str) -> Filing:
    """The filing for `form`; Trouble naming what is missing, or about another report."""
    if not source.folders:
        raise UsageTrouble(
            "no DIR given", "a filing needs reports", "name the folders that a scan, import or assess wrote with -o"
        )
    held = tuple({one.digest: one for one in map(_held, source.folders)}.values())
    entity = _entity(source, held)
    answers = said.parsed(_read(source.answers, "--answers"), str(source.answers)) if source.answers else Answers()
    _about_these(answers, held, source.answers)
    moment = now()
    found = holds([one.report for one in held], entity, answers, moment.date())
    filing = Filing(form, entity, held, answers, tuple(found), written(moment), _contract(entity, source))
    return msgspec.structs.replace(filing, clocks=_clocks(filing, source))


def _held(folder: Path) -> Held:
    """The report in a folder; Trouble where evidence lies beside it that it does not know."""
    report, digest = report_of(folder)
    accounted(folder, report)
    return Held(report, digest)


def _clocks(filing: Filing, source: Source) -> tuple[Candidate, ...]:
    """Clock candidates out of the moments on record beside the reports, under the federal calendar."""
    known = [moment for folder in source.folders for moment in moments(folder)]
    years = sorted(int(at[:4]) for at in (filing.prepared_at, *(moment.at for moment in known)))
    seen = [int(one.first_seen[:4]) for _, one in filing.findings() if one.first_seen[:4].isdigit()]
    off = days_off(range(min([*years, *seen]), years[-1] + 2))
    return candidates(filing, known, Calendar(off, ZONE))


def _contract(entity: Entity, source: Source) -> Contract | None:
    if not source.contract:
        return None
    known = {one.number: one for one in entity.contract}
    if source.contract not in known:
        listed = ", ".join(known) or "none"
        raise UsageTrouble(
            source.contract, f"the entity file has no such contract (it lists: {listed})", "add it there"
        )
    return known[source.contract]


def _entity(source: Source, held: tuple[Held, ...]) -> Entity:
    """The entity of the file; with site_only and no file, what the reports say of themselves."""
    if source.entity is not None:
        entity = parsed(_read(source.entity, "--entity"), str(source.entity))
        return msgspec.structs.replace(entity, site_only=entity.site_only or source.site_only)
    if not source.site_only:
        remedy = "name the file that lists its sites (docs/entity.md), or say --site-only"
        raise UsageTrouble("no --entity given", "the form is the entity's, not a site's", remedy)
    sites = [one.report.site for one in held]
    listed = tuple(EntitySite(site.id, site.name, site.country) for site in {s.id: s for s in sites}.values())
    first = sites[0]
    return Entity(name=first.entity, uei=first.uei, cage=first.cage, site=listed, site_only=True)


def _read(path: Path, option: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as fault:
        raise UsageTrouble(
            str(path), f"cannot be read ({fault.strerror})", f"name a readable file with {option}"
        ) from None


def _about_these(answers: Answers, held: tuple[Held, ...], path: Path | None) -> None:
    """Answers are bound to the reports they were given about."""
    given, found = set(answers.reports), {one.digest for one in held}
    if given and given != found:
        what = f"the answers are about another report ({', '.join(sorted(given))}), not {', '.join(sorted(found))}"
        remedy = "answer for this one, then name its digest under reports"
        if found < given:
            what = (
                f"the answers are about {len(given)} reports together; not named is {', '.join(sorted(given - found))}"
            )
            remedy = "name the folders of all of them, or other answers with --answers"
        raise Trouble(str(path), what, remedy)
