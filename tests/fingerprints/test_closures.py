"""The three closures: the ledger adds up whatever was resumed or doubled, no MAC of a table goes missing, no network either."""

from __future__ import annotations

import json

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fingerprints.assess import assess
from fingerprints.coverage import coverage
from model.claims import Fact
from model.evidence import Evidence, Observation, observed
from model.report import Coverage, Network, Report
from model.run import Ledger, Start, noted
from model.spans import spans
from tests.fingerprints.small_pack import pack

PACK = pack()
WHEN = "2026-11-01T10:00:00.000000Z"


def ledger(status: str = "done", scope: str = "10.0.0.0/24", **sets: object) -> Ledger:
    return Ledger("run", "snmp", scope, status, **sets)  # type: ignore[arg-type]


def row(*ledgers: Ledger) -> Coverage:
    (only,) = coverage(ledgers)
    return only


def test_a_row_counts_targets() -> None:
    found = row(
        ledger(
            asked=("10.0.0.0-10.0.0.9",),
            answered=("10.0.0.1", "10.0.0.2"),
            refused=("10.0.0.3",),
            excluded=("10.0.0.4-10.0.0.5",),
        )
    )
    assert (found.asked, found.answered, found.silent, found.refused, found.excluded) == (10, 2, 5, 1, 2)


def test_a_resumed_run_closes_its_own_holes() -> None:
    first = ledger("incomplete", asked=("10.0.0.0/24",), answered=("10.0.0.1",), reason="stopped by hand")
    second = ledger(asked=("10.0.0.2-10.0.0.255", "10.0.0.0"), answered=("10.0.0.7",))
    found = row(first, second)
    assert (found.asked, found.answered, found.silent, found.status, found.reason) == (256, 2, 254, "done", "")


def test_another_run_does_not_close_the_holes_of_the_first() -> None:
    first = ledger("incomplete", asked=("10.0.0.0/24",), answered=("10.0.0.1",), reason="stopped by hand")
    second = ledger(asked=("10.0.0.0/28",), answered=("10.0.0.7",))
    found = row(first, second)
    assert (found.status, found.reason) == ("incomplete", "stopped by hand")


def test_what_answered_once_is_not_refused_and_not_excluded() -> None:
    found = row(ledger(asked=("10.0.0.1",), refused=("10.0.0.1",)), ledger(asked=("10.0.0.1",), answered=("10.0.0.1",)))
    assert (found.asked, found.answered, found.refused) == (1, 1, 0)


def test_the_last_word_takes_back_what_notes_on_the_way_said() -> None:
    """A question to all is noted as it leaves; what was left alone keeps its own reason."""
    asking = ledger("incomplete", asked=("eth0",), reason="stopped in mid-dialogue")
    last = ledger(
        asked=("eth0", "10.0.0.9"), answered=("eth0",), excluded=("10.0.0.9",), reason="asked to be left alone"
    )
    assert (row(asking, last).status, row(asking, last).reason) == ("done", "asked to be left alone")


@pytest.mark.parametrize("status", ["incomplete", "not-run", "unreadable", "a status of later years"])
def test_a_run_that_was_not_done_is_said(status: str) -> None:
    assert row(ledger(status, asked=("10.0.0.1",), reason="why")).status == status


TARGETS = st.sampled_from(
    ["10.0.0.1", "10.0.0.0/30", "10.0.0.2-10.0.0.9", "2001:db8::/120", "file.snmprec", "10.0.0.0/29", "10.1.0.0/16"]
)
SETS = st.lists(TARGETS, max_size=3).map(tuple)
LEDGERS = st.lists(
    st.builds(
        Ledger,
        run=st.sampled_from(["a", "b"]),
        probe=st.sampled_from(["snmp", "arp"]),
        scope=st.sampled_from(["one", "two"]),
        status=st.sampled_from(["done", "incomplete", "not-run", "unreadable"]),
        asked=SETS,
        answered=SETS,
        refused=SETS,
        excluded=SETS,
        reason=st.sampled_from(["", "stopped"]),
    ),
    min_size=1,
    max_size=6,
)


@settings(max_examples=300, deadline=None)
@given(ledgers=LEDGERS, data=st.data())
def test_asked_is_answered_silent_refused_and_excluded(ledgers: list[Ledger], data: st.DataObject) -> None:
    rows = coverage(ledgers)
    assert {(one.scope, one.probe) for one in rows} == {(one.scope, one.probe) for one in ledgers}
    for one in rows:
        assert one.asked == one.answered + one.silent + one.refused + one.excluded
        of = [held for held in ledgers if (held.scope, held.probe) == (one.scope, one.probe)]
        assert one.answered == spans(text for held in of for text in held.answered).size
        assert (one.status == "done") <= any(held.status == "done" for held in of)
    again = data.draw(st.permutations([*ledgers, *ledgers[:2]]))
    assert coverage(again) == rows


@settings(max_examples=200, deadline=None)
@given(ledgers=LEDGERS)
def test_a_repeat_that_is_done_closes_every_hole(ledgers: list[Ledger]) -> None:
    again = [msgspec.structs.replace(one, status="done", reason="") for one in ledgers]
    assert {one.status for one in coverage([*ledgers, *again])} == {"done"}


# The MAC closure. A fact here is (target, about, key, value); the reader gives them back.
Told = tuple[str, str, str, str]
REAL = ["00:40:8c:00:00:01", "00:40:8c:00:00:02", "00:e0:fc:00:00:01", "02:00:00:00:00:01", "00:00:5e:00:01:05"]
SWITCHES = ["10.0.0.1", "10.0.0.2", "10.0.0.3"]


def evidence(told: list[Told], runs: tuple[Start, ...] = ()) -> list[Evidence]:
    made = [noted(run, "desk/eth0", WHEN) for run in runs]
    for target in sorted({one[0] for one in told}):
        facts = [list(one[1:]) for one in told if one[0] == target]
        note = Observation("t", "desk/eth0", target, "all", "answered", WHEN)
        made.append(observed(note, json.dumps(facts).encode()))
    return made


def read(found: list[Evidence]) -> list[Fact]:
    return [Fact(one.id, *said) for one in found for said in json.loads(one.body or b"[]")]


def report(told: list[Told], *runs: Start) -> Report:
    return assess(evidence(told, runs), {"t": read}, PACK, "test")  # type: ignore[dict-item]


def explained(found: Report, told: list[Told]) -> set[str]:
    """MACs of things that answered, and those that a neighbour protocol named."""
    answered = {mac for one in found.findings for mac in one.macs if one.origins}
    return answered | {value for _, about, key, value in told if about.startswith("neighbor:") and key == "mac.address"}


TOLD = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(SWITCHES), st.just("self"), st.just("mac.address"), st.sampled_from(REAL)),
        st.tuples(
            st.sampled_from(SWITCHES),
            st.sampled_from(REAL).map("station:{}".format),
            st.just("attached"),
            st.sampled_from(['{"port":"1"}', '{"port":"2","vlan":"10"}']),
        ),
        st.tuples(
            st.sampled_from(SWITCHES),
            st.sampled_from(REAL).map("station:{}".format),
            st.just("ip.address"),
            st.sampled_from([*SWITCHES, "10.0.0.77"]),
        ),
        st.tuples(st.sampled_from(SWITCHES), st.just("neighbor:lldp.1"), st.just("mac.address"), st.sampled_from(REAL)),
    ),
    min_size=1,
    max_size=12,
)


@settings(max_examples=300, deadline=None)
@given(told=TOLD)
def test_every_mac_of_a_table_is_explained_or_listed(told: list[Told]) -> None:
    found = report(told)
    listed = [one.mac for one in found.unexplained_macs]
    in_tables = {about.removeprefix("station:") for _, about, _, _ in told if about.startswith("station:")}
    assert in_tables <= explained(found, told) | set(listed)
    assert len(listed) == len(set(listed)) == found.summary.unexplained_macs
    own = {value for _, about, key, value in told if about == "self" and key == "mac.address"}
    assert not set(listed) & {mac for mac in own if mac.startswith(("00:40", "00:e0"))}, "its owner answered"


def test_a_station_that_nobody_is_stands_once_with_all_its_places() -> None:
    mac = "02:00:00:00:00:01"
    told = [(one, f"station:{mac}", "attached", f'{{"port":"{n}"}}') for n, one in enumerate(SWITCHES)]
    (stray,) = report(told).unexplained_macs
    assert (stray.mac, stray.random, stray.registrant) == (mac, True, "")
    assert [at.port for at in sorted(stray.attached, key=lambda at: at.port)] == ["0", "1", "2"]
    assert len(stray.witnesses) == 3


def test_a_station_that_answered_elsewhere_is_explained_and_attached() -> None:
    told = [
        ("10.0.0.1", "station:00:40:8c:00:00:01", "attached", '{"port":"7","vlan":"10"}'),
        ("10.0.0.9", "self", "mac.address", "00:40:8c:00:00:01"),
    ]
    found = report(told)
    assert found.unexplained_macs == ()
    (box,) = [one for one in found.findings if "10.0.0.9" in one.addresses]
    (switch,) = [one for one in found.findings if "10.0.0.1" in one.addresses]
    assert [(at.switch, at.port, at.vlan) for at in box.attached] == [(switch.device, "7", "10")]
    assert box.witnesses == (switch.device,)


def test_a_registrant_is_named_and_no_identity() -> None:
    (stray,) = report([("10.0.0.1", "station:00:e0:fc:00:00:01", "attached", '{"port":"7"}')]).unexplained_macs
    assert stray.registrant.upper().startswith("HUAWEI")


# The scope closure.
def run(targets: str, exclude: str = "", reason: str = "") -> Start:
    return Start(
        "r",
        "laydown",
        "desk/eth0",
        targets=tuple(targets.split()),
        exclude=tuple(exclude.split()),
        exclude_reason=reason,
    )


def net(name: str, kind: str = "subnet", target: str = "10.0.0.1", **more: str) -> Told:
    return target, "self", "network", json.dumps({"kind": kind, "name": name, "named_by": "route", **more})


def state(found: Report) -> dict[str, str]:
    return {one.name: one.status for one in found.networks}


def test_every_subnet_that_a_table_names_is_in_scope_excluded_or_not_examined() -> None:
    told = [net("10.0.0.0/24"), net("10.0.1.0/24"), net("10.0.2.0/24"), net("192.168.7.0/24"), net("10.0.0.128/25")]
    found = report(told, run("10.0.0.0/24 10.0.1.0/24", "10.0.2.0/24", "leased to another"))
    assert state(found) == {
        "10.0.0.0/24": "in scope",
        "10.0.0.128/25": "in scope",
        "10.0.1.0/24": "in scope",
        "10.0.2.0/24": "excluded",
        "192.168.7.0/24": "not examined",
    }
    assert [one.reason for one in found.networks if one.status == "excluded"] == ["leased to another"]
    assert found.summary.not_examined == 1


def test_a_range_of_all_hosts_examines_the_subnet_and_a_single_address_does_not() -> None:
    told = [net("10.0.0.0/24"), net("10.0.1.0/24")]
    found = state(report(told, run("10.0.0.1-10.0.0.254 10.0.1.9")))
    assert (found["10.0.0.0/24"], found["10.0.1.0/24"]) == ("in scope", "not examined")


def test_nothing_scanned_means_nothing_examined() -> None:
    assert state(report([net("10.0.0.0/24"), net("10", "vlan"), net("GUEST", "ssid")])) == dict.fromkeys(
        ("10.0.0.0/24", "10", "GUEST"), "not examined"
    )


def test_a_vlan_in_which_a_device_answered_is_in_scope_by_whatever_name() -> None:
    told = [
        net("10 CAMERAS", "vlan"),
        net("10", "vlan", "10.0.0.2"),
        net("20 GUESTS", "vlan"),
        ("10.0.0.1", "station:00:40:8c:00:00:01", "attached", '{"port":"7","vlan":"10"}'),
        ("10.0.0.9", "self", "mac.address", "00:40:8c:00:00:01"),
    ]
    found = report(told, run("10.0.0.0/24"))
    vlans = {one.name: one for one in found.networks if one.kind == "vlan"}
    assert {name: one.status for name, one in vlans.items()} == {"10": "in scope", "20": "not examined"}
    assert vlans["10"].reason == "CAMERAS" and len(vlans["10"].named_by) == 2


def test_a_vlan_whose_subnet_was_scanned_is_in_scope() -> None:
    told = [
        net("30", "vlan"),
        net("10.0.3.0/24", interface="Vlan30"),
        net("40", "vlan"),
        net("10.0.4.0/24", interface="Vlan40"),
    ]
    found = state(report(told, run("10.0.3.0/24")))
    assert (found["30"], found["40"]) == ("in scope", "not examined")


NETS = st.lists(
    st.tuples(
        st.sampled_from(["subnet", "vlan", "ssid", "", "other"]),
        st.sampled_from(["10.0.0.0/24", "10.0.0.0/8", "2001:db8::/64", "10", "10 X", "GUEST", "", "10.0.0.0/99"]),
    ),
    max_size=6,
)


@settings(max_examples=200, deadline=None)
@given(named=NETS, targets=SETS, exclude=SETS, junk=st.text(max_size=8))
def test_no_named_network_goes_missing(
    named: list[tuple[str, str]], targets: tuple[str, ...], exclude: tuple[str, ...], junk: str
) -> None:
    told = [net(name, kind) for kind, name in named] + [("10.0.0.1", "self", "network", junk)]
    found = report(told, Start("r", "laydown", "desk/eth0", targets=targets, exclude=exclude))
    rows: list[Network] = list(found.networks)
    wanted = {(kind, name.split(" ")[0] if kind == "vlan" else name) for kind, name in named if kind and name}
    assert wanted | {("subnet", text) for text in (*targets, *exclude)} == {(one.kind, one.name) for one in rows}
    assert all(one.status in ("in scope", "excluded", "not examined") for one in rows)
    assert found.faults == ()


def test_a_mac_that_routers_share_is_explained_by_the_router_that_says_so() -> None:
    mac = "00:00:5e:00:01:05"
    line = ("10.0.0.2", f"station:{mac}", "attached", '{"port":"7"}')
    assert [one.mac for one in report([line]).unexplained_macs] == [mac]
    assert report([line, ("10.0.0.1", "self", "virtual.mac", mac)]).unexplained_macs == ()


def test_a_network_name_is_in_scope_where_a_host_of_the_scan_hangs_in_it() -> None:
    told = [
        ("10.0.0.1", "self", "network", '{"kind":"ssid","name":"10","named_by":"controller"}'),
        ("10.0.0.1", "self", "network", '{"kind":"ssid","name":"guests","named_by":"controller"}'),
        ("10.0.0.1", "self", "network", '{"kind":"vlan","name":"10","named_by":"vlan-table"}'),
        ("10.0.0.1", "station:00:40:8c:00:00:01", "attached", '{"port":"ap1","ssid":"guests"}'),
        ("10.0.0.9", "self", "mac.address", "00:40:8c:00:00:01"),
    ]
    found = report(told, Start(run="r", tool="t", vantage="desk/eth0", targets=("10.0.0.0/24",)))
    states = {(one.kind, one.name): one.status for one in found.networks}
    assert states["ssid", "guests"] == "in scope"
    assert states["ssid", "10"] == states["vlan", "10"] == "not examined"
