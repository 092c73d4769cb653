"""Ways by which "does not use" could once be had while something held."""

from __future__ import annotations

import msgspec
import pytest

from model.answers import Answers, Class
from model.entity import Entity, EntitySite
from model.gate import Hold, holds, refused
from model.report import Component, Finding, Network, Report, Site
from tests.model.test_gate import CLEAR, ENTITY, PORT, TODAY, left, report, word
from tests.review.test_judging import report as judged

HOLE = Network("10.9.0.0/24", "subnet", "not examined")
SEEN = Network("10.0.0.0/24", "subnet", "in scope")
TWO = Entity("Example Ltd", site=(EntitySite("hq"), EntitySite("depot")))


def two_sites(answers: Answers) -> list[Hold]:
    """Two sites that both know a 10.9.0.0/24 of their own: private addresses are everybody's."""
    here = report(networks=(SEEN, HOLE))
    return refused(holds([here, msgspec.structs.replace(here, site=Site(id="depot"))], TWO, answers, TODAY))


def test_a_word_on_a_network_lifts_it_at_one_site_alone() -> None:
    assert [hold.site for hold in two_sites(word("10.9.0.0/24"))] == ["hq", "depot"]
    assert [hold.site for hold in two_sites(word("10.9.0.0/24", Class(site="hq")))] == ["depot"]
    assert left(report(networks=(SEEN, HOLE)), word("10.9.0.0/24")) == []


def test_a_vlan_and_an_ssid_of_one_name_are_two_holds() -> None:
    rows = (SEEN, Network("30", "vlan", "not examined"), Network("30", "ssid", "not examined"))
    assert len(left(report(networks=rows))) == 2


@pytest.mark.parametrize(
    "networks", [(), (Network("10.0.0.5", "subnet", "in scope"),), (Network("10", "vlan", "in scope"),)]
)
def test_files_and_single_addresses_are_no_examined_site(networks: tuple[Network, ...]) -> None:
    assert [hold.subject for hold in left(report(networks=networks))] == ["no network"]


@pytest.mark.parametrize("name", ["10.0.0.0/24", "10.0.0.1-10.0.0.254", "2001:db8::/64"])
def test_a_network_of_more_than_one_address_is_one(name: str) -> None:
    assert left(report(networks=(Network(name, "subnet", "in scope"),))) == []


def test_one_fresh_line_does_not_make_an_old_scan_current() -> None:
    assert [hold.kind for hold in left(report(started_at="2024-01-01T00:00:00.000000Z"))] == ["site"]


def test_a_report_from_the_future_is_not_current() -> None:
    assert [hold.kind for hold in left(report(finished_at="2031-01-01T00:00:00.000000Z"))] == ["site"]


@pytest.mark.parametrize("field", ["by", "reason", "whose"])
def test_blanks_are_no_word(field: str) -> None:
    held = report(networks=(SEEN, HOLE))
    (given,) = word("10.9.0.0/24").disposition
    assert left(held, Answers(disposition=(given,))) == []
    assert len(left(held, Answers(disposition=(msgspec.structs.replace(given, **{field: "  "}),)))) == 1


def with_part(part: Component) -> Report:
    box: Finding = msgspec.structs.replace(CLEAR, components=(part,), attached=(PORT,))
    return report(findings=(box,))


def test_parts_that_nobody_can_name_hold_once_a_device() -> None:
    held = with_part(Component("entity.7", "unknown", model="QSFP-X", serial="S1"))
    assert [(hold.kind, hold.subject, hold.accusing) for hold in left(held)] == [("component", "dev-1 parts", False)]
    assert left(held, word("dev-1 parts")) == []
    assert left(held, word(of=Class(vlan="30"))) == []


def test_a_part_without_a_name_of_its_own_is_no_hold() -> None:
    assert left(with_part(Component("entity.7", "unknown", kind="container"))) == []


@pytest.mark.parametrize("outcome", ["suspect", "covered", "conflict"])
def test_no_class_lifts_an_accused_part(outcome: str) -> None:
    held = with_part(Component("entity.7", outcome, maker="huawei", model="QSFP"))  # type: ignore[arg-type]
    assert len(left(held, word(of=Class(vlan="30")))) == 1
    assert len(left(held, word("dev-1 entity.7", used="yes"))) == 1


def test_without_entity_sites_nothing_is_the_entity_s() -> None:
    assert [hold.kind for hold in left(report(), entity=Entity("Example Ltd"))] == ["site"]
    assert left(report(), entity=ENTITY) == []


# A gateway that only the way to the outside shows: told by this machine's own table, and by nothing that was scanned.
AWAY, GATEWAY = "00:e0:fc:11:22:33", "192.0.2.1"


def way(*others: tuple[str, list[tuple[str, str, str]]]) -> Report:
    told = {"example.net": [("service:upstream", "upstream.target", "example.net")]}
    told["example.net"].append(("service:upstream", "upstream.gateway", f'{{"address":"{GATEWAY}","mac":"{AWAY}"}}'))
    return judged({**told, **dict(others)})


def test_a_gateway_that_is_no_device_of_the_report_is_an_unexplained_mac() -> None:
    found = way()
    assert [(one.mac, one.addresses) for one in found.unexplained_macs] == [(AWAY, (GATEWAY,))]
    assert found.unexplained_macs[0].registrant.startswith("HUAWEI") and found.summary.unexplained_macs == 1
    assert not found.findings


def test_a_gateway_that_was_scanned_is_that_device() -> None:
    found = way((GATEWAY, [("self", "mac.address", AWAY)]))
    assert [one.macs for one in found.findings] == [(AWAY,)] and not found.unexplained_macs
