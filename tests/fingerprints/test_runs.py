"""Runs that were cut off, that name no site, and that are of several: what the report says of each, and what the gate makes of it."""

from datetime import date

import pytest

from fingerprints.assess import assess
from model.answers import Answers
from model.entity import Entity, EntitySite
from model.evidence import Evidence
from model.gate import holds, refused
from model.report import Authority, Report, Site
from model.run import End, Event, Ledger, Start, noted
from tests.fingerprints.small_pack import pack

PACK = pack()
HQ, PORTER = Site(id="hq"), Authority("P. Porter", "CHG-7")
NEAR, FAR = "10.0.0.0/24", "10.0.1.0/24"


def start(
    run: str, target: str = "", site: Site = HQ, authority: Authority = PORTER, vantage: str = "desk/eth0"
) -> Start:
    return Start(run, f"laydown {run}", vantage, site, authority, (target,) if target else ())


def whole(run: str, target: str) -> list[Event]:
    """A run from its start to its end."""
    ledger = Ledger(run, "arp", target, "done", asked=(target,), answered=(target.replace("0/24", "1"),))
    return [start(run, target), ledger, End(run, "done")]


def report(*events: Event) -> Report:
    made: list[Evidence] = [
        noted(event, getattr(event, "vantage", "desk/eth0"), f"2026-11-01T09:00:{n:02}.000000Z")
        for n, event in enumerate(events)
    ]
    return assess(made, {}, PACK, "test")


def held(found: Report) -> set[str]:
    entity = Entity("Example Ltd", site=(EntitySite("hq"),))
    left = refused(holds([found], entity, Answers(), date(2026, 11, 20)))
    return {hold.subject for hold in left if hold.kind in ("coverage", "site")}


def test_a_run_that_was_killed_before_it_wrote_anything_down_examined_nothing() -> None:
    found = report(*whole("one", NEAR), start("two", FAR))
    assert [(row.probe, row.scope, row.status) for row in found.coverage] == [
        ("arp", NEAR, "done"),
        ("run", FAR, "incomplete"),
    ]
    assert held(found) == {f"run {FAR}"}


@pytest.mark.parametrize("order", [1, -1])
def test_a_run_that_was_done_closes_the_same_targets(order: int) -> None:
    runs = [whole("one", NEAR), [start("two", NEAR)]][::order]
    assert held(report(*(event for run in runs for event in run))) == set()


def test_a_run_that_went_on_after_a_kill_has_ended() -> None:
    assert held(report(start("one", NEAR), *whole("one", NEAR))) == set()


def test_an_import_that_was_killed_is_open_until_one_is_done() -> None:
    first, second = start("import 1", site=Site(), vantage="files"), start("import 2", site=Site(), vantage="files")
    assert held(report(*whole("one", NEAR), first)) == {"run files"}
    assert held(report(*whole("one", NEAR), first, second, End("import 2", "done"))) == set()


def test_an_import_takes_neither_site_nor_permission_from_the_scan() -> None:
    found = report(
        *whole("one", NEAR),
        start("import 1", site=Site(), authority=Authority(), vantage="files"),
        End("import 1", "done"),
    )
    assert (found.site, found.authority, found.agent) == (HQ, PORTER, "laydown import 1 at files")


def test_runs_of_several_sites_in_one_folder_are_said_and_held() -> None:
    other = [start("two", NEAR, Site(id="annex")), End("two", "done")]
    found = report(*other, *whole("one", NEAR))
    assert found.site == HQ and held(found) == {"run annex, hq"}
