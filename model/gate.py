"""The gate: what stands between the reports and the words "does not use". Software ticks no box; it only says what still holds."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

import msgspec

from model.answers import Answers, Class, Disposition
from model.entity import Entity
from model.report import ACCUSING, Attached, Finding, Report
from model.silence import many, silent
from model.times import read as read_time

OPEN = ACCUSING | {"unknown", "unseen"}
CLASSED = ("device", "component", "mac")  # what a class can speak of: things that hang somewhere


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
    homes: dict[str, set[tuple[str, str]]] = {}
    for hold, _ in found:
        homes.setdefault(hold.subject, set()).add((hold.site, hold.kind))
    return [_disposed(hold, place, answers, today, len(homes[hold.subject]) > 1) for hold, place in found]


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
        yield from ((hold, place) for hold in _nameless_parts(finding, report.site.id))


def _nameless_parts(finding: Finding, site: str) -> Iterator[Hold]:
    """One hold a device for the parts that have a model or serial number of their own, and whose maker nothing names."""
    parts = [one for one in finding.components if one.outcome in OPEN - ACCUSING and (one.model or one.serial)]
    if parts:
        some = ", ".join(one.model or one.serial for one in parts[:3]) + (", ..." if len(parts) > 3 else "")
        text = (
            f"{len(parts)} part{'s' if len(parts) > 1 else ''} of {_called(finding)} whose maker is not known: {some}"
        )
        yield Hold("component", f"{finding.device} parts", site, text)


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
    if not any(net.status == "in scope" and net.kind == "subnet" and many(net.name) for net in report.networks):
        text = "the report names no network that was examined, at most single addresses or files"
        yield Hold("network", "no network", report.site.id, text), _Place()
    for network in report.networks:
        if network.status != "in scope":
            text = f"{network.kind} {network.name} is {network.status}{': ' + network.reason if network.reason else ''}"
            yield Hold("network", network.name, report.site.id, text), _Place()
    for network in silent(report):
        text = (
            f"subnet {network.name} was asked and nothing in it answered: it is empty, or something keeps questions out"
        )
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
    current = {r.site.id for r in reports if _current(r, entity, today)}
    stale = {r.site.id for r in reports} - current
    found = []
    for site in entity.site:
        if site.id not in current:
            old = f"its report is older than {entity.current_days} days, in whole or in part, or dated ahead"
            why = old if site.id in stale else "it has no report"
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


def _current(report: Report, entity: Entity, today: date) -> bool:
    """Whether all its evidence is recent: one fresh line does not make an old scan new. More than a time zone ahead is a wrong clock."""
    try:
        seen = [read_time(text).date() for text in (report.started_at, report.finished_at)]
        return min(seen) >= today - timedelta(days=entity.current_days) and max(seen) <= today + timedelta(days=1)
    except (ValueError, OverflowError):
        return False


def _disposed(hold: Hold, place: _Place, answers: Answers, today: date, ambiguous: bool) -> Hold:
    """The hold with the word that lifts it. Where one person says that the entity uses it and another that it does not, neither counts."""
    words = [word for word in answers.disposition if valid(word, today) and _about(word, hold, place, ambiguous)]
    if len({word.used for word in words}) > 1:
        disputed = ", ".join(dict.fromkeys(f"{word.by}: {word.used}" for word in words))
        return msgspec.structs.replace(hold, text=f"{hold.text}; persons disagree whether it is used ({disputed})")
    if not words or (hold.accusing and words[0].used != "no"):
        return hold  # covered and used by the entity is the very thing the paper must disclose
    return msgspec.structs.replace(hold, disposition=words[0])


def valid(word: Disposition, today: date) -> bool:
    """Named, reasoned, said whether used, and not past its day."""
    try:
        return (
            all(text.strip() for text in (word.by, word.reason, word.whose))
            and word.used in ("yes", "no")
            and date.fromisoformat(word.until) >= today
        )
    except ValueError:
        return False


def _about(word: Disposition, hold: Hold, place: _Place, ambiguous: bool) -> bool:
    """`ambiguous`: holds of several sites or kinds bear this subject (10.0.0.0/24 is everybody's): a word must say which site's."""
    if word.subject:
        site = word.of.site if word.of else ""
        return word.subject == hold.subject and (site == hold.site if site else not ambiguous)
    return word.of is not None and not hold.accusing and hold.kind in CLASSED and _within(word.of, hold, place)


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
