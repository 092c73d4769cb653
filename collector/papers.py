"""Filings drafted from what is kept: an entity, the newest whole reports of its sites, what persons answered. A person signs, elsewhere."""

import re
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, select

from collector.clock import now
from collector.place import Place
from collector.refused import Refused
from collector.rows.clocks import answered, calendar
from collector.store.tables import moment, report, site
from model.clocks import Moment
from model.entity import Contract, Entity, EntitySite
from model.filing import Filing, Held
from model.folder import module, names
from model.gate import holds, refused
from model.report import Report
from model.times import written
from reporters._clockwork import candidates

FORMS, MEDIA = "reporters.forms", "reporters.media"
MOST = 500  # sites of one paper


def form_named(name: str) -> Any:
    """The module of a form; Refused naming the ones there are."""
    stem = re.sub(r"[^0-9A-Za-z]+", "_", name).lower()
    if stem not in names(FORMS):
        raise Refused(400, "form", f"{name[:60]!r} is no form", f"one of: {', '.join(names(FORMS))}", final=True)
    return module(FORMS, stem)


def medium_named(name: str) -> Any:
    """The module of a medium; Refused naming the ones there are."""
    if name not in names(MEDIA):
        raise Refused(404, "medium", f"{name[:60]!r} is no medium", f"one of: {', '.join(names(MEDIA))}", final=True)
    return module(MEDIA, name)


def drafted(place: Place, tx: Connection, firm: Row[Any], form: str, contract: str = "", marking: str = "") -> Filing:
    """The filing of a form for an entity. What its sites' reports lack stands in it as holes."""
    stem = form_named(form).__name__.rpartition(".")[2]
    sites = tx.execute(
        select(site)
        .where(site.c.organisation == firm.organisation, site.c.entity == firm.id, site.c.closed_at.is_(None))
        .order_by(site.c.ref)
    ).all()
    if len(sites) > MOST:
        raise Refused(
            400, "sites", f"{len(sites)} sites are more than one paper holds", "use `laydown attest`", final=True
        )
    held = tuple(one for where in sites for one in whole(place, tx, where))
    spoken, contracts = answered(tx, firm.organisation, firm.id)
    places = tuple(
        EntitySite(one.ref, one.name, one.country, region=one.region, uei=one.uei, cage=one.cage) for one in sites
    )
    about = Entity(firm.name, firm.uei, firm.cage, site=places, contract=contracts)
    at = now()
    found = tuple(holds([one.report for one in held], about, spoken, at.date()))
    made = Filing(stem, about, held, spoken, found, written(at), _contract(contracts, contract), marking=marking)
    return msgspec.structs.replace(
        made, clocks=candidates(made, _moments(tx, firm.organisation, held), calendar((2018, at.year + 2)))
    )


def _contract(known: tuple[Contract, ...], number: str) -> Contract | None:
    found = next((one for one in known if one.number == number), None)
    if number and found is None:
        raise Refused(400, "contract", f"no contract {number[:60]!r}", "bring it with the entity's answers", final=True)
    return found


def whole(place: Place, tx: Connection, where: Row[Any]) -> list[Held]:
    """The newest whole report that a site stands by; none where it released less, or it was erased."""
    ours = (report.c.organisation == where.organisation, report.c.site == where.id, report.c.current)
    row = tx.execute(select(report).where(*ours, report.c.release == "full", report.c.erased_at.is_(None))).first()
    if row is None:
        return []
    return [Held(msgspec.json.decode(place.blobs.read(tx, where.organisation, row.body), type=Report), row.digest)]


def _moments(tx: Connection, org: str, held: tuple[Held, ...]) -> list[Moment]:
    names = [one.digest for one in held]
    rows = tx.execute(
        select(moment).where(moment.c.organisation == org, moment.c.report.in_(names)).order_by(moment.c.at)
    )
    return [Moment(row.kind, row.at, row.report) for row in rows]


def rendered(filing: Filing, medium: str) -> tuple[bytes, str, str]:
    """(bytes, media, file name) of a filing in a medium; Refused where its form has it not."""
    form, form_medium = form_named(filing.form), medium_named(medium)
    if form_medium.MEDIA not in form.MEDIA:
        raise Refused(404, "medium", f"this form is not written as {medium}", "choose another", final=True)
    return form.render(filing, form_medium.MEDIA), form_medium.MEDIA, f"{form.ID}{form_medium.SUFFIX}"


def standing(filing: Filing) -> int:
    """How many holds refuse the words "does not use"."""
    return len(refused(filing.holds))
