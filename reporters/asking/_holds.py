"""Holds of the gate: one by one, and the classes that would lift many at once without touching what is accused."""

from collections.abc import Iterator

from model.asked import Ask
from model.filing import Filing
from model.gate import CLASSED, Hold
from model.holes import called
from model.report import Attached, Report
from reporters._text import plural
from reporters.asking._words import YES_NO, said
from reporters.forms._disclosure import units

Group = tuple[tuple[str, str], ...]  # fields of a class and their values
ONE, MANY = "Holds, one by one", "Holds, many at once"
OPEN = ("whose", "used", "reason", "until", "by")
LEAST = 2  # holds that a class must lift to be worth a question
WORDS = {
    "vlan": "VLAN",
    "ssid": "wireless network",
    "switch": "switch",
    "port": "port",
    "random_mac": "random MAC addresses",
}


def holds(filing: Filing) -> Iterator[Ask]:
    """Each hold: whose is it, does the entity use it, until when does the word stand, who says so?"""
    homes: dict[str, set[tuple[str, str]]] = {}
    for hold in filing.holds:
        homes.setdefault(hold.subject, set()).add((hold.site, hold.kind))
    names = _names(filing)
    for hold in filing.holds:
        fixed = {"subject": hold.subject}
        if len(homes[hold.subject]) > 1 and hold.site:
            fixed["of.site"] = hold.site
        given = said(filing, "disposition", fixed, OPEN)
        if hold.disposition is not None and not given:
            continue  # a class speaks for it
        yield Ask(
            key=f"hold:{hold.kind}:{hold.site}:{hold.subject}",
            text=_question(hold),
            noun="disposition",
            fixed=fixed,
            blanks=OPEN,
            options={"used": ("no",) if hold.accusing else YES_NO},
            group=ONE,
            about=names.get((hold.site, hold.subject), hold.subject),
            why=f"{hold.text} (site {hold.site})" if hold.site else hold.text,
            said=given,
        )


def _names(filing: Filing) -> dict[tuple[str, str], str]:
    """{(site, subject): what people call a device or part}: nobody knows a device by its id."""
    reports = [held.report for held in filing.reports]
    every = {(report.site.id, one.device): called(one) for report in reports for one in report.findings}
    return every | {(one.report.site.id, one.subject): one.name for one in units(filing)}


def _question(hold: Hold) -> str:
    if hold.accusing:
        return "Is it somebody else's, and not used by the entity? Only then can a word lift this hold; what the entity uses is disclosed."
    if hold.kind in ("coverage", "network", "site", "identity"):
        return "What do you know about what was not seen here, whose is it, and does the entity use it?"
    return "Whose equipment is it, does the entity use it, and how do you know?"


def classes(filing: Filing) -> Iterator[Ask]:
    """A question for each VLAN, wireless network, port, and for random MACs, that several standing holds hang on."""
    for (site, group), found in _groups(filing).items():
        fixed = {"of.site": site} | {f"of.{name}": value for name, value in group}
        given = said(filing, "disposition", fixed, OPEN)
        if len(found) >= LEAST or given:
            told = ", ".join(WORDS[name] if name == "random_mac" else f"{WORDS[name]} {value}" for name, value in group)
            yield Ask(
                key=f"class:{site}:" + ":".join(f"{name}={value}" for name, value in group),
                text="Whose equipment is all of this, and does the entity use it? One word lifts them all, and none that is accused.",
                noun="disposition",
                fixed=fixed,
                blanks=OPEN,
                options={"used": YES_NO},
                group=MANY,
                about=f"{told} of site {site}",
                why=f"{plural(len(found), 'hold')} would be lifted: {_some(found)}",
                said=given,
            )


def _some(found: list[Hold]) -> str:
    return "; ".join(hold.text for hold in found[:4]) + (f"; and {len(found) - 4} more" if len(found) > 4 else "")


def _groups(filing: Filing) -> dict[tuple[str, Group], list[Hold]]:
    """{(site, class): standing holds that the class would lift}, the largest first."""
    found: dict[tuple[str, Group], list[Hold]] = {}
    places = {held.report.site.id: _places(held.report) for held in filing.reports}
    for hold in filing.holds:
        if hold.accusing or hold.kind not in CLASSED or (hold.disposition is not None and hold.disposition.subject):
            continue
        attached, random = places.get(hold.site, {}).get(hold.subject.partition(" ")[0], ((), False))
        for group in _fitting(attached, random):
            found.setdefault((hold.site, group), []).append(hold)
    return dict(sorted(found.items(), key=lambda item: (-len(item[1]), repr(item[0]))))


def _fitting(attached: tuple[Attached, ...], random: bool) -> Iterator[Group]:
    """The classes that every place of a thing fits: as the gate reads them."""
    if random:
        yield (("random_mac", "true"),)
    for name in ("vlan", "ssid"):
        values = {getattr(at, name) for at in attached}
        if len(values) == 1 and (value := values.pop()):
            yield ((name, value),)
    ports = {(at.switch, at.port) for at in attached}
    if len(ports) == 1 and all(port := ports.pop()):
        yield (("switch", port[0]), ("port", port[1]))


def _places(report: Report) -> dict[str, tuple[tuple[Attached, ...], bool]]:
    """{device id or MAC: (where it hangs, whether all its MACs are random)}."""
    found = {
        one.device: (one.attached, bool(one.macs) and all(mac[1:2] in "26ae" for mac in one.macs))
        for one in report.findings
    }
    return found | {one.mac: (one.attached, one.random) for one in report.unexplained_macs}
