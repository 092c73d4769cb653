"""The three closures as people read them: how far each is closed, what that means, its holes and their next steps."""

import msgspec

from model.holes import Hole, holes
from model.report import Report
from reporters._text import plural


class Closure(msgspec.Struct, frozen=True):
    """`anchor`: its complete table in the page; `count` in words; `meaning`: what it costs open; `holes`: its own."""

    anchor: str
    title: str
    count: str
    meaning: str
    is_open: bool
    holes: tuple[Hole, ...]


def closures(report: Report) -> tuple[Closure, Closure, Closure]:
    """Coverage ledger, MACs, networks: always all three, closed or not."""
    found = holes(report)
    of = {kind: tuple(hole for hole in found if hole.kind == kind) for kind in ("coverage", "mac", "network")}
    return _ledger(report, of["coverage"]), _macs(report, of["mac"]), _networks(report, of["network"])


def _ledger(report: Report, found: tuple[Hole, ...]) -> Closure:
    whole = sum(row.status == "done" and not row.refused and not row.excluded for row in report.coverage)
    count = f"{whole} of {plural(len(report.coverage), 'row')} complete"
    if not report.coverage:
        text = "This report holds no account of what was asked, so nothing in it says that anything is absent."
        return Closure("coverage", "Coverage ledger", "No ledger", text, True, found)
    meaning = "What each probe asked in each scope, and what came of it. "
    meaning += (
        "Where a row is open, equipment may be there that nobody asked."
        if found
        else "Every row was asked to its end; silence is still no answer."
    )
    return Closure("coverage", "Coverage ledger", count, meaning, bool(found), found)


def _macs(report: Report, found: tuple[Hole, ...]) -> Closure:
    number = len(report.unexplained_macs)
    meaning = "Tables, leases or frames show these things, and no identified device owns them."
    closed = "Every MAC address in the tables and frames that were read belongs to a device. "
    closed += "Tables that were not read may hold more."
    count = plural(number, "unexplained MAC address", "unexplained MAC addresses")
    return Closure("macs", "MAC closure", count, meaning if number else closed, bool(number), found)


def _networks(report: Report, found: tuple[Hole, ...]) -> Closure:
    states = [network.status for network in report.networks]
    missed, left_out = states.count("not examined"), states.count("excluded")
    count = f"{plural(missed, 'network')} not examined" + (f", {left_out} excluded" if left_out else "")
    meaning = "Routes, interfaces, VLAN tables or controllers name them; this scan did not look there."
    closed = "Every subnet, VLAN and SSID that the tables read here name was in scope. "
    closed += "Devices whose tables were not read may name more."
    return Closure("networks", "Networks", count, meaning if missed or left_out else closed, bool(found), found)
