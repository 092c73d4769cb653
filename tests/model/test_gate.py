"""Each clause of the gate, from both sides: what holds, what a named person can lift, and what no class ever lifts."""

from datetime import date

import msgspec
import pytest

from model.answers import Answers, Class, Disposition
from model.entity import Entity, EntitySite
from model.gate import Hold, holds, refused
from model.holes import holes as open_holes
from model.report import (
    SCHEMA,
    Attached,
    Authority,
    Component,
    Coverage,
    Finding,
    Inputs,
    Network,
    Report,
    Site,
    StrayMac,
    Summary,
)  # fmt: skip
from reporters._closures import closures

TODAY = date(2026, 11, 20)
ENTITY = Entity("Example Ltd", site=(EntitySite("hq"),))
PORT = Attached(switch="dev-sw", port="Gi0/7", vlan="30")
CLEAR = Finding("dev-1", "clear", maker="cisco", addresses=("10.0.0.1", "2001:db8::1"))
DONE = Coverage("10.0.0.0/24", "snmp", 2, 1, 1, 0, 0, "done")


def report(**changes: object) -> Report:
    whole = Report(
        SCHEMA, "laydown", "2026-11-01T00:00:00.000000Z", "2026-11-02T00:00:00.000000Z", Authority(), Site(id="hq"),
        Inputs("e", "p", "x"), Summary(), (CLEAR,), (DONE,), (Network("10.0.0.0/24", "subnet", "in scope"),),
    )  # fmt: skip
    return msgspec.structs.replace(whole, **changes)


def word(subject: str = "", of: Class | None = None, **changes: str) -> Answers:
    plain = {
        "whose": "the landlord",
        "used": "no",
        "by": "A. Officer",
        "until": "2027-01-01",
        "reason": "guest network",
        **changes,
    }
    return Answers(disposition=(Disposition(subject=subject, of=of, **plain),))


def left(one: Report, answers: Answers | None = None, entity: Entity = ENTITY) -> list[Hold]:
    return refused(holds([one], entity, answers or Answers(), TODAY))


def test_nothing_holds_where_everything_is_known() -> None:
    assert left(report()) == []


@pytest.mark.parametrize("outcome", ["covered", "conflict", "suspect", "unknown", "unseen"])
def test_a_device_holds_until_named(outcome: str) -> None:
    one = report(findings=(CLEAR, Finding("dev-2", outcome, addresses=("10.0.0.9",))))  # type: ignore[arg-type]
    assert [hold.subject for hold in left(one)] == ["dev-2"]
    assert left(one, word("dev-2")) == []


@pytest.mark.parametrize("outcome", ["covered", "conflict", "suspect"])
def test_used_and_accused_is_never_lifted(outcome: str) -> None:
    one = report(findings=(CLEAR, Finding("dev-2", outcome)))  # type: ignore[arg-type]
    assert left(one, word("dev-2", used="yes"))


def test_a_covered_part_holds_though_the_box_is_clear() -> None:
    part = Component("entity.7", "suspect", maker="huawei", model="SFP")
    one = report(findings=(msgspec.structs.replace(CLEAR, components=(part,)),))
    assert [hold.kind for hold in left(one)] == ["component"]
    assert left(one, word("dev-1 entity.7")) == []
    assert left(one, word(of=Class(vlan="30")))


def test_an_unexplained_mac_holds() -> None:
    one = report(unexplained_macs=(StrayMac("00:11:22:33:44:55", attached=(PORT,)),))
    assert [hold.kind for hold in left(one)] == ["mac"]
    assert left(one, word(of=Class(vlan="30"))) == []
    assert left(one, word(of=Class(vlan="31")))
    assert left(one, word(of=Class(random_mac=True)))


def test_a_random_mac_falls_in_its_class() -> None:
    one = report(unexplained_macs=(StrayMac("02:11:22:33:44:55", random=True),))
    assert left(one, word(of=Class(random_mac=True))) == []


@pytest.mark.parametrize("outcome", ["covered", "conflict", "suspect"])
def test_a_class_never_covers_an_accused_device(outcome: str) -> None:
    one = report(findings=(CLEAR, Finding("dev-2", outcome, attached=(PORT,))))  # type: ignore[arg-type]
    assert left(one, word(of=Class(vlan="30")))


def test_a_class_needs_every_place() -> None:
    uplink = Attached(switch="dev-sw", port="Gi0/48", vlan="30")
    one = report(findings=(CLEAR, Finding("dev-2", "unknown", attached=(PORT, uplink))))
    assert left(one, word(of=Class(port="Gi0/7")))
    assert left(one, word(of=Class(vlan="30"))) == []


def test_a_class_of_two_words_needs_both() -> None:
    one = report(findings=(CLEAR, Finding("dev-2", "unknown", attached=(PORT,))))
    assert left(one, word(of=Class(vlan="30", port="Gi0/7"))) == []
    assert left(one, word(of=Class(vlan="31", port="Gi0/7"))) and left(one, word(of=Class(vlan="30", port="Gi0/8")))


@pytest.mark.parametrize("group", [Class(), Class(site="hq")])
def test_a_class_without_a_predicate_lifts_nothing(group: Class) -> None:
    assert left(report(findings=(CLEAR, Finding("dev-2", "unknown", attached=(PORT,)))), word(of=group))


@pytest.mark.parametrize(
    "row",
    [
        Coverage("10.0.0.0/24", "snmp", 2, 1, 0, 1, 0, "done"),
        Coverage("10.0.0.0/24", "snmp", 2, 1, 0, 0, 1, "done", "printer"),
        Coverage("10.0.0.0/24", "snmp", 0, 0, 0, 0, 0, "not-run", "no right"),
        Coverage("10.0.0.0/24", "snmp", 2, 1, 1, 0, 0, "incomplete"),
        Coverage("10.0.0.0/24", "snmp", 2, 1, 1, 0, 0, "unreadable"),
    ],
)
def test_each_hole_in_the_ledger_holds(row: Coverage) -> None:
    assert [hold.kind for hold in left(report(coverage=(row,)))] == ["coverage"]
    assert left(report(coverage=(row,)), word("snmp 10.0.0.0/24")) == []


def test_no_ledger_at_all_holds() -> None:
    assert left(report(coverage=()))


@pytest.mark.parametrize("status", ["not examined", "excluded"])
def test_a_network_out_of_scope_holds(status: str) -> None:
    one = report(networks=(Network("10.0.0.0/24", "subnet", "in scope"), Network("10.9.0.0/24", "subnet", status)))
    assert [hold.kind for hold in left(one)] == ["network"]
    assert left(one, word("10.9.0.0/24")) == []


def test_a_site_without_a_report_holds() -> None:
    two = msgspec.structs.replace(ENTITY, site=(EntitySite("hq"), EntitySite("depot")))
    assert [hold.subject for hold in left(report(), entity=two)] == ["depot"]
    assert left(report(), word("depot"), entity=two) == []


def test_a_stale_report_holds() -> None:
    old = report(finished_at="2026-01-01T00:00:00.000000Z")
    assert "older than 90 days" in left(old)[0].text


def test_an_entity_without_sites_holds() -> None:
    assert left(report(), entity=Entity("Example Ltd"))


def test_a_report_of_an_unlisted_site_holds() -> None:
    assert left(report(site=Site(id="elsewhere")))


def test_nothing_identified_holds() -> None:
    assert "identity" in {hold.kind for hold in left(report(findings=()))}


def test_unread_evidence_holds() -> None:
    assert left(report(faults=("sha256:x: reader failed",)))


@pytest.mark.parametrize(
    "change",
    [
        {"by": ""},
        {"reason": ""},
        {"whose": ""},
        {"used": ""},
        {"until": ""},
        {"until": "2026-11-19"},
        {"until": "soon"},
    ],
)
def test_a_word_must_be_named_reasoned_and_in_time(change: dict[str, str]) -> None:
    one = report(findings=(CLEAR, Finding("dev-2", "unknown")))
    assert left(one, word("dev-2", **change))
    assert left(one, word("dev-2")) == []


def test_a_network_in_which_nothing_answered_is_silent_and_not_examined() -> None:
    nets = [Network(name, "subnet", "in scope") for name in ("10.0.0.0/24", "10.0.1.0/24", "10.0.2.9")]
    told = Finding("dev-9", "unseen", maker="cisco", addresses=("10.0.1.7",))  # a table's word is no answer
    one = report(networks=tuple(nets), findings=(CLEAR, told))
    assert [(hold.kind, hold.subject) for hold in left(one)] == [("device", "dev-9"), ("network", "10.0.1.0/24")]
    assert "nothing in it answered" in left(one)[1].text
    assert [hole.subject for hole in open_holes(one) if hole.kind == "network"] == ["10.0.1.0/24"]
    _, macs, networks = closures(one)
    assert networks.is_open and not macs.is_open, "the page that people read first says so, too"
    assert [hold.subject for hold in left(one, word("10.0.1.0/24"))] == ["dev-9"]


def test_persons_who_disagree_whether_it_is_used_lift_nothing() -> None:
    one = report(findings=(CLEAR, Finding("dev-2", "covered", attached=(PORT,))))
    yes, no = word("dev-2", used="yes"), word("dev-2", by="B. Buyer")
    for said in ((*yes.disposition, *no.disposition), (*no.disposition, *yes.disposition)):
        (hold,) = left(one, Answers(disposition=said))
        assert hold.text.endswith(("(A. Officer: yes, B. Buyer: no)", "(B. Buyer: no, A. Officer: yes)"))
    late = Answers(disposition=(*word("dev-2", used="yes", until="2026-11-19").disposition, *no.disposition))
    assert left(one, late) == [], "what is past its day contradicts nobody"
    group = word(of=Class(vlan="30"), used="yes")
    assert left(one, Answers(disposition=(*group.disposition, *no.disposition))) == [], (
        "a class is no word on what is accused"
    )
