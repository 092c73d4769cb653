"""The gate: what stands between the reports and the words "does not use". Software ticks no box; it only says what still holds."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

import msgspec

from model.answers import Answers, Class, Disposition
from model.entity import Entity
from model.report import ACCUSING, Attached, Finding, Report
from model.times import read as read_time

OPEN = ACCUSING | {"unknown", "unseen"}


class Hold(msgspec.Struct, frozen=True):
    """One reason to refuse "does not use". `kind`: device, component, mac, coverage, network, site, identity.

    `disposition`: the person's word that lifts it, None while it holds. `accusing`: covered, conflict or suspect: no class may lift it.
    """

    kind: str
    subject: str
    site: str
    text: str
    accusing: bool = False
    disposition: Disposition | None = None


class _Place(msgspec.Struct, frozen=True):
    attached: tuple[Attached, ...] = ()
    random: bool = False


def holds(reports: Iterable[Report], entity: Entity, answers: Answers, today: date) -> list[Hold]:
    """Every hold over all reports, disposed or not, in a fixed order. `today` bounds dispositions and a report's currency."""
    kept = list(reports)
    found: list[tuple[Hold, _Place]] = []
    for report in kept:
        found += [*_devices(report), *_macs(report), *_coverage(report), *_networks(report), *_identity(report)]
    found += _sites(kept, entity, today)
    return [_disposed(hold, place, answers, today) for hold, place in found]


def refused(found: Iterable[Hold]) -> list[Hold]:
    """The holds nobody has lifted: while one is left, "does not use" is refused."""
    return [hold for hold in found if hold.disposition is None]


def _devices(report: Report) -> Iterator[tuple[Hold, _Place]]:
    for finding in report.findings:
        place = _Place(finding.attached, bool(finding.macs) and all(_random(mac) for mac in finding.macs))
        if finding.outcome in OPEN:
            text = f"{_called(finding)} is {finding.outcome}"
            yield Hold("device", finding.device, report.site.id, text, finding.outcome in ACCUSING), place
        for part in finding.components:
            if part.outcome in ACCUSING:
                text = f"{part.kind or 'part'} {part.model} of {_called(finding)} is {part.outcome}"
                yield Hold("component", f"{finding.device} {part.component}", report.site.id, text, True), place


def _called(finding: Finding) -> str:
    where = ", ".join((*finding.names[:1], *finding.addresses[:1], *finding.macs[:1])) or finding.device
    return f"{finding.maker or 'a device'} at {where}"


def _random(mac: str) -> bool:
    return mac[1:2] in "26ae"


def _macs(report: Report) -> Iterator[tuple[Hold, _Place]]:
    for stray in report.unexplained_macs:
        yield (
            Hold("mac", stray.mac, report.site.id, f"MAC {stray.mac} belongs to no identified device"),
            _Place(stray.attached, stray.random),
        )


def _coverage(report: Report) -> Iterator[tuple[Hold, _Place]]:
    if not report.coverage:
        yield Hold("coverage", "no coverage", report.site.id, "the report holds no account of what was asked"), _Place()
    for row in report.coverage:
        left = [f"{count} {word}" for count, word in ((row.refused, "refused"), (row.excluded, "excluded")) if count]
        if row.status != "done":
            left.append(row.status)
        if left:
            text = f"{row.probe} over {row.scope}: {', '.join(left)}{': ' + row.reason if row.reason else ''}"
            yield Hold("coverage", f"{row.probe} {row.scope}", report.site.id, text), _Place()


def _networks(report: Report) -> Iterator[tuple[Hold, _Place]]:
    for network in report.networks:
        if network.status != "in scope":
            text = f"{network.kind} {network.name} is {network.status}{': ' + network.reason if network.reason else ''}"
            yield Hold("network", network.name, report.site.id, text), _Place()


def _identity(report: Report) -> Iterator[tuple[Hold, _Place]]:
    if not any(finding.maker for finding in report.findings):
        yield (
            Hold("identity", "nothing identified", report.site.id, "not one device of the site was identified"),
            _Place(),
        )
    for fault in report.faults:
        yield Hold("coverage", fault, report.site.id, f"evidence could not be read: {fault}"), _Place()


def _sites(reports: list[Report], entity: Entity, today: date) -> list[tuple[Hold, _Place]]:
    oldest = today - timedelta(days=entity.current_days)
    current = {r.site.id for r in reports if r.finished_at and read_time(r.finished_at).date() >= oldest}
    stale = {r.site.id for r in reports} - current
    found = []
    for site in entity.site:
        if site.id not in current:
            why = f"its report is older than {entity.current_days} days" if site.id in stale else "it has no report"
            found.append(
                (Hold("site", site.id, site.id, f"site {site.name or site.id} is not examined: {why}"), _Place())
            )
    known = {site.id for site in entity.site}
    if not entity.site:
        found.append(
            (Hold("site", "all sites", "", "the entity file lists no site: nobody says these are all"), _Place())
        )
    for unlisted in sorted({r.site.id for r in reports} - known if entity.site else set()):
        found.append(
            (
                Hold(
                    "site",
                    f"unlisted {unlisted}",
                    unlisted,
                    f"report of site {unlisted!r}, which the entity does not list",
                ),
                _Place(),
            )
        )
    return found


def _disposed(hold: Hold, place: _Place, answers: Answers, today: date) -> Hold:
    for word in answers.disposition:
        if valid(word, today) and _lifts(word, hold, place):
            return msgspec.structs.replace(hold, disposition=word)
    return hold


def valid(word: Disposition, today: date) -> bool:
    """Named, reasoned, said whether used, and not past its day."""
    try:
        return (
            bool(word.by and word.reason and word.whose)
            and word.used in ("yes", "no")
            and date.fromisoformat(word.until) >= today
        )
    except ValueError:
        return False


def _lifts(word: Disposition, hold: Hold, place: _Place) -> bool:
    if hold.accusing and word.used != "no":
        return False  # covered and used by the entity is the very thing the paper must disclose
    if word.subject:
        return word.subject == hold.subject
    return (
        word.of is not None and not hold.accusing and hold.kind in ("device", "mac") and _within(word.of, hold, place)
    )


def _within(group: Class, hold: Hold, place: _Place) -> bool:
    if group == Class() or (group.site and group.site != hold.site) or (group.random_mac and not place.random):
        return False
    named = {name: getattr(group, name) for name in ("vlan", "ssid", "switch", "port") if getattr(group, name)}
    if not named:
        return group.random_mac  # a whole site is no class: it would lift everything at once
    # Seen on several ports: the class must hold for each, or an uplink would lift a whole building.
    return bool(place.attached) and all(
        all(getattr(at, name) == value for name, value in named.items()) for at in place.attached
    )
