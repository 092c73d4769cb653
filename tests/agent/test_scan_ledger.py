"""The ledger's books, what a run knows of its hosts, and what it takes up from an earlier part."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from agent.conclude import exit_code, incomplete, met
from agent.decode.ber import Varbind, write_pdu
from agent.readers import readers
from agent.scan.known import Known, alive
from agent.scan.ledger import CUT_SHORT, EVERY, Books
from agent.scan.plan import Area
from agent.scan.resume import before, run_id
from agent.snmp import usm
from agent.spool import Spool
from fingerprints.coverage import coverage
from fingerprints.registry import SHIPPED, load
from model.evidence import Evidence, Observation, Status, observed
from model.holes import _coverage
from model.report import Authority, Component, Coverage, Finding, Inputs, Network, Report, Site, Summary
from model.run import End, Ledger, Start, event_of, noted
from model.spans import spans

AREAS = (Area("10.0.0.0/28", spans(["10.0.0.1-10.0.0.14"])), Area("10.0.1.0/28", spans(["10.0.1.1-10.0.1.14"])))
ALL = spans(["10.0.0.0/23"])


class Desk:
    """Books with a clock that is turned by hand."""

    def __init__(self) -> None:
        self.kept: list[Evidence] = []
        self.now = 0.0
        start = datetime(2026, 11, 23, tzinfo=UTC)
        self.books = Books(
            self.kept.append, "r1", "h/eth0", lambda: start + timedelta(seconds=len(self.kept)), AREAS, lambda: self.now
        )

    @property
    def ledgers(self) -> list[Ledger]:
        return [event for one in self.kept if isinstance(event := event_of(one), Ledger)]

    def rows(self) -> dict[tuple[str, str], Coverage]:
        return {(row.probe, row.scope): row for row in coverage(self.ledgers)}


def test_a_table_that_was_not_read_to_its_end_is_a_word_of_the_row_and_a_hole() -> None:
    """Its device answered, so no number tells: the row is incomplete, and asking again is not the step."""
    desk = Desk()
    desk.books.expect("snmp", ALL)
    desk.books.begin("snmp")
    desk.books.count("snmp", spans(["10.0.0.3", "10.0.1.4"]), spans(["10.0.0.3", "10.0.1.4"]))
    desk.books.unread("snmp", "10.0.0.3", ["table 1.2.3: longer than 20000 rows", "table 1.2.4: its end was not seen"])
    desk.books.done("snmp")
    desk.books.close("")
    rows = desk.rows()
    one, two = rows["snmp", "10.0.0.0/28"], rows["snmp", "10.0.1.0/28"]
    assert (one.status, one.answered, two.status, two.reason) == ("incomplete", 1, "done", "")
    assert one.reason == (
        "tables not read to their end: 10.0.0.3 (table 1.2.3: longer than 20000 rows, table 1.2.4: its end was not seen)"
    )
    (hole,) = [hole for hole in _coverage(rows.values()) if hole.kind == "coverage"]
    assert one.reason in hole.text and "import what the device's own commands print" in hole.step


def test_many_devices_with_unread_tables_are_counted() -> None:
    desk = Desk()
    desk.books.expect("snmp", ALL)
    desk.books.begin("snmp")
    for last in range(1, 9):
        desk.books.unread("snmp", f"10.0.0.{last}", ["table 1.2.3: its end was not seen"])
    desk.books.done("snmp")
    desk.books.close("")
    assert desk.rows()["snmp", "10.0.0.0/28"].reason.endswith("10.0.0.5 (table 1.2.3: its end was not seen) and 3 more")


def test_sets_go_to_the_areas_they_are_in() -> None:
    desk = Desk()
    desk.books.expect("ssh", ALL)
    desk.books.begin("ssh")
    desk.books.count("ssh", spans(["10.0.0.3", "10.0.1.4"]), spans(["10.0.1.4"]))
    desk.books.count("ssh", spans(["10.0.0.5"]), refused=spans(["10.0.0.5"]), reason="refused credential")
    desk.books.count("ssh", spans(["10.9.9.9"]), spans(["10.9.9.9"]))  # in no area
    desk.books.done("ssh")
    desk.books.close("")
    one, two = desk.rows()["ssh", "10.0.0.0/28"], desk.rows()["ssh", "10.0.1.0/28"]
    assert (one.asked, one.answered, one.silent, one.refused, one.status, one.reason) == (
        2,
        0,
        1,
        1,
        "done",
        "refused credential",
    )
    assert (two.asked, two.answered, two.silent, two.status, two.reason) == (1, 1, 0, "done", "")


def test_notes_are_written_as_time_goes_and_cost_the_reader_nothing() -> None:
    desk = Desk()
    desk.books.expect("ssh", ALL)
    desk.books.begin("ssh")
    desk.books.count("ssh", spans(["10.0.0.3"]))
    assert desk.kept == []
    desk.now = EVERY
    desk.books.count("ssh", spans(["10.0.0.4"]), spans(["10.0.0.4"]))
    assert [(one.status, one.asked, one.answered) for one in desk.ledgers] == [
        ("incomplete", ("10.0.0.3-10.0.0.4",), ("10.0.0.4",))
    ]
    desk.books.done("ssh")
    desk.books.close("")
    assert desk.rows()["ssh", "10.0.0.0/28"].status == "done" and desk.rows()["ssh", "10.0.0.0/28"].asked == 2


def test_stopped_run_says_how_far_each_probe_came() -> None:
    desk = Desk()
    for probe in ("arp", "snmp", "ssh"):
        desk.books.expect(probe, AREAS[0].hosts)
    desk.books.begin("arp")
    desk.books.count("arp", AREAS[0].hosts, spans(["10.0.0.3"]))
    desk.books.done("arp")
    desk.books.begin("snmp")
    desk.books.cut_short("snmp", spans(["10.0.0.3"]), spans(["10.0.0.3"]))
    desk.books.close("interrupted")
    rows = desk.rows()
    assert {probe: rows[probe, "10.0.0.0/28"].status for probe in ("arp", "snmp", "ssh")} == {
        "arp": "done", "snmp": "incomplete", "ssh": "not-run",
    }  # fmt: skip
    assert rows["snmp", "10.0.0.0/28"].answered == 1 and "interrupted" in rows["ssh", "10.0.0.0/28"].reason


def test_resumed_books_ask_nobody_twice_but_those_cut_short() -> None:
    first = Desk()
    first.books.expect("snmp", ALL)
    first.books.begin("snmp")
    first.books.count("snmp", spans(["10.0.0.1-10.0.0.5"]), spans(["10.0.0.2"]))
    first.books.cut_short("snmp", spans(["10.0.0.6"]), spans([]))
    first.books.close("interrupted")
    second = Desk()
    second.books.expect("snmp", ALL)
    for ledger in first.ledgers:
        second.books.recall(ledger)
    assert second.books.asked("snmp").texts() == ["10.0.0.1-10.0.0.5"]
    assert CUT_SHORT in {ledger.reason for ledger in first.ledgers}
    second.books.begin("snmp")
    second.books.count("snmp", spans(["10.0.0.6"]))
    second.books.done("snmp")
    second.books.close("")
    row = {(r.probe, r.scope): r for r in coverage([*first.ledgers, *second.ledgers])}["snmp", "10.0.0.0/28"]
    assert (row.asked, row.answered, row.silent, row.status, row.reason) == (6, 1, 5, "done", "")


def test_fault_keeps_a_row_from_being_done() -> None:
    desk = Desk()
    desk.books.expect("ssh", AREAS[0].hosts)
    desk.books.begin("ssh")
    desk.books.fault("ssh", "probe ssh: KeyError at ssh.py:9")
    desk.books.done("ssh")
    desk.books.close("")
    assert (
        desk.rows()["ssh", "10.0.0.0/28"].status == "incomplete"
        and "KeyError" in desk.rows()["ssh", "10.0.0.0/28"].reason
    )


def piece(probe: str, target: str, asked: str, status: Status, body: bytes | None, second: int = 0) -> Evidence:
    return observed(Observation(probe, "h/eth0", target, asked, status, f"2026-11-23T00:00:{second:02}.000000Z"), body)


def known() -> Known:
    return Known(load(SHIPPED), readers(), ("arp_sweep", "neighbours"))


def test_live_macs_and_open_ports_come_from_evidence() -> None:
    found = known()
    found.learn([piece("arp_sweep", "", "who", "answered", b'{"address":"10.0.0.3","mac":"00:00:0c:11:22:33"}\n')])
    found.learn(
        [
            piece("tcp_ports", "10.0.0.4", "connect (tcp/22)", "cut", b""),
            piece("tcp_ports", "10.0.0.4", "connect (tcp/80)", "refused", None),
        ]
    )
    found.learn([piece("tcp_ports", "10.0.0.5", "connect (tcp/22)", "refused", None)])
    found.learn([piece("snmp", "10.0.0.6", "system group", "silent", None)])
    assert sorted(found.live) == ["10.0.0.3", "10.0.0.4", "10.0.0.5"]
    assert found.mac("10.0.0.3") == "00:00:0c:11:22:33" and found.mac("10.0.0.4") == ""
    assert found.open == {"10.0.0.4": {22}}
    assert not found.cautious("10.0.0.3")


APC_ENGINE = bytes.fromhex("8000013e05616263")  # enterprise 318
APC_OBJECT = (Varbind("1.3.6.1.2.1.1.2.0", "oid", "1.3.6.1.4.1.318.1.3.2.7"),)


@pytest.mark.parametrize(
    "evidence",
    [
        piece("arp_sweep", "", "who", "answered", b'{"address":"10.0.0.9","mac":"00:20:00:12:34:56"}\n'),  # Lexmark
        piece("neighbours", "", "table", "answered", b'{"address":"10.0.0.9","mac":"00:00:bc:00:00:01"}\n'),  # Rockwell
        piece("snmp_engine", "10.0.0.9", "engine", "answered", usm.write(usm.Door(b"", APC_ENGINE), 1, b"", b"")),
        piece("snmp", "10.0.0.9", "system group", "answered", write_pdu("response", 1, APC_OBJECT)),
    ],
)
def test_delicate_makers_are_known_before_tcp(evidence: Evidence) -> None:
    found = known()
    assert not found.cautious("10.0.0.9")
    found.learn([evidence])
    assert found.cautious("10.0.0.9") and "makes" in found.why("10.0.0.9")
    assert not found.cautious("10.0.0.8")


def test_readers_bug_costs_nothing() -> None:
    found = known()
    found.learn([piece("no_such_probe", "10.0.0.9", "x", "answered", b"x")])
    assert "10.0.0.9" in found.live


def test_silence_is_no_life() -> None:
    assert not alive(Observation("ssh", "h", "10.0.0.1", "x", "silent", "2026-11-23T00:00:00.000000Z"))
    assert not alive(Observation("ssh", "h", "10.0.0.1", "x", "excluded", "2026-11-23T00:00:00.000000Z"))


def _start(run: str, *targets: str) -> Start:
    return Start(run, "laydown", "h/eth0", Site(), Authority("R. Roe"), targets)


def _spooled(folder: Path, *events: Start | End | Ledger) -> None:
    with Spool(folder) as spool:
        for second, event in enumerate(events):
            spool.write(noted(event, "h/eth0", f"2026-11-23T00:00:{second:02}.000000Z"))


def test_only_an_unfinished_run_of_the_same_scope_is_taken_up(tmp_path: Path) -> None:
    say: list[str] = []
    wanted = _start("new", "10.0.0.0/24")
    assert before(tmp_path / "none", wanted, say.append).first
    old = _start("old", "10.0.0.0/24")
    ledger = Ledger("old", "ssh", "10.0.0.0/24", "incomplete", ("10.0.0.1",))
    _spooled(tmp_path / "open", old, ledger)
    _spooled(tmp_path / "cut", old, ledger, End("old", "incomplete", "interrupted"))
    _spooled(tmp_path / "done", old, ledger, End("old", "done"))
    _spooled(tmp_path / "other", _start("old", "10.0.1.0/24"), ledger)
    found = {name: before(tmp_path / name, wanted, say.append) for name in ("open", "cut", "done", "other")}
    assert {name: one.start is not None for name, one in found.items()} == {
        "open": True,
        "cut": True,
        "done": False,
        "other": False,
    }
    assert found["open"].ledgers == (ledger,) and not any(one.first for one in found.values()) and say == []


def test_run_id_is_a_function_of_time_and_place() -> None:
    one = run_id("2026-11-23T18:44:12.000001Z", "h/eth0")
    assert one == run_id("2026-11-23T18:44:12.000001Z", "h/eth0") and one.startswith("20261123T184412Z-")
    assert one != run_id("2026-11-23T18:44:12.000002Z", "h/eth0") != run_id("2026-11-23T18:44:12.000002Z", "h/eth1")


def _report(*outcomes: str, rows: tuple[Coverage, ...] = (), nets: tuple[Network, ...] = (), part: str = "") -> Report:
    parts = (Component("x", part),) if part else ()  # type: ignore[arg-type]
    findings = tuple(Finding(f"d{n}", one, components=parts) for n, one in enumerate(outcomes))  # type: ignore[arg-type]
    return Report("s", "", "", "", Authority(), Site(), Inputs("", "", ""), Summary(), findings, rows, nets)


DONE = Coverage("a", "ssh", 1, 1, 0, 0, 0, "done")


@pytest.mark.parametrize(
    ("report", "fail_on", "code"),
    [
        (_report("clear", rows=(DONE,)), None, 0),
        (_report("clear", rows=(DONE,)), "suspect", 0),
        (_report("conflict", rows=(DONE,)), "covered", 3),
        (_report("suspect", rows=(DONE,)), "covered", 0),
        (_report("clear", part="suspect"), "suspect", 3),
        (_report("unknown"), "unknown", 3),
        (_report("clear"), "unknown", 0),
        (_report("covered"), "unknown", 3),
        (_report(rows=(Coverage("a", "ssh", 0, 0, 0, 0, 0, "incomplete", "x"),)), None, 4),
        (_report(rows=(Coverage("a", "arp", 0, 0, 0, 0, 0, "not-run", "x"),)), None, 4),
        (_report(rows=(Coverage("a", "snmp", 1, 0, 0, 1, 0, "done", "x"),)), None, 4),
        (_report(rows=(Coverage("a", "snmp", 1, 0, 0, 0, 1, "done", "x"),)), None, 0),
        (_report(nets=(Network("10.9.0.0/24", "subnet", "not examined"),)), None, 4),
        (_report(nets=(Network("10.9.0.0/24", "subnet", "excluded"),)), None, 0),
        (_report("covered", nets=(Network("10.9.0.0/24", "subnet", "not examined"),)), "covered", 3),
    ],
)
def test_exit_codes(report: Report, fail_on: str | None, code: int) -> None:
    assert exit_code(report, fail_on) == code
    assert met(report, fail_on) == (code == 3)
    assert bool(incomplete(report)) or code != 4
