"""The SNMP dialogue against agents made of PDUs: version 2 and 1, endless, lying and half-dead ones."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable

import pytest

from agent.ask import Reply, Request, Snmp, Target
from agent.decode.ber import Varbind, read_pdu, write_pdu
from agent.decode.secrets import NEVER
from agent.imports import snmprec
from agent.mibs import _all
from agent.probes import snmp
from agent.probes._columns import Columns
from tests.agent.reading import ANSWERS, driven, said, walk

TARGET = Target(address="192.0.2.7")
Answer = Callable[[Request], Reply]


def key(oid: str) -> tuple[int, ...]:
    return tuple(map(int, oid.split(".")))


class Device:
    """An agent over written objects. `version` 1 answers `bulk` with one row and refuses whole requests."""

    def __init__(self, version: int = 2) -> None:
        raw = (ANSWERS / "synthetic-switch.snmprec").read_bytes()
        self.binds = sorted(snmprec.varbinds(raw, (b"1.",)), key=lambda bind: key(bind.oid))
        self.oids, self.version = [key(bind.oid) for bind in self.binds], version
        self.asked: list[Snmp] = []

    def __call__(self, request: Request) -> Reply:
        assert isinstance(request, Snmp)
        self.asked.append(request)
        if request.verb == "get":
            return self._get(request.oids)
        rows = request.repeats if self.version > 1 else 1
        at, found = list(request.oids), []
        for _ in range(rows):
            row = [self._after(oid) for oid in at]
            at = [bind.oid for bind in row]
            found += row
        ended = [place for place, bind in enumerate(found, 1) if bind.kind == "endOfMibView"]
        if self.version == 1 and ended:
            return Reply("answered", write_pdu("response", 1, list(request.oids), 2, ended[0]))
        return Reply("answered", write_pdu("response", 1, found))

    def _get(self, oids: tuple[str, ...]) -> Reply:
        held = {bind.oid: bind for bind in self.binds}
        missing = [place for place, oid in enumerate(oids, 1) if oid not in held]
        if self.version == 1 and missing:
            return Reply("answered", write_pdu("response", 1, list(oids), 2, missing[0]))
        return Reply(
            "answered", write_pdu("response", 1, [held.get(oid, Varbind(oid, "noSuchObject")) for oid in oids])
        )

    def _after(self, oid: str) -> Varbind:
        place = bisect_right(self.oids, key(oid))
        return self.binds[place] if place < len(self.binds) else Varbind(oid, "endOfMibView")


@pytest.mark.parametrize("version", [1, 2])
def test_the_dialogue_reads_what_the_file_import_reads(version: int) -> None:
    device = Device(version)
    _, kept = driven(snmp, TARGET, device, most=1000)
    table = walk((ANSWERS / "synthetic-switch.snmprec").read_bytes())
    assert said(snmp.read(kept)) == said(_all.facts(table))


def test_few_questions_are_needed() -> None:
    device = Device()
    driven(snmp, TARGET, device)
    assert len(device.asked) < 60


@pytest.mark.parametrize("version", [1, 2])
def test_nothing_is_set_and_nothing_dangerous_is_asked(version: int) -> None:
    device = Device(version)
    driven(snmp, TARGET, device, most=1000)
    for request in device.asked:
        assert request.verb in ("get", "bulk")
        for oid in request.oids:
            assert not any(f"{oid}.".startswith(f"{never}.") for never in NEVER)


def test_a_device_that_does_not_answer_is_asked_once() -> None:
    assert len(driven(snmp, TARGET, lambda _: Reply("silent"))[0]) == 1
    assert len(driven(snmp, TARGET, lambda _: Reply("excluded"))[0]) == 1


def test_a_device_that_falls_silent_is_left_alone() -> None:
    device = Device()

    def dies(request: Request) -> Reply:
        return device(request) if len(device.asked) < 9 else Reply("silent")

    asked, kept = driven(snmp, TARGET, dies)
    assert len(asked) == 10
    assert any(fact.key == "snmp.sys_name" for fact in snmp.read(kept))


def test_a_table_without_end_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snmp, "MOST_EXCHANGES", 50)
    count = iter(range(1, 10**9, 100))

    def endless(request: Request) -> Reply:
        assert isinstance(request, Snmp)
        if request.verb == "get":
            return Reply("answered", write_pdu("response", 1, [Varbind(oid, "integer", 1) for oid in request.oids]))
        start = next(count)
        columns = [oid if oid in _all.roots() else oid.rpartition(".")[0] for oid in request.oids]
        binds = [Varbind(f"{c}.{start + row}", "integer", 6) for row in range(request.repeats) for c in columns]
        return Reply("answered", write_pdu("response", 1, binds))

    asked, _ = driven(snmp, TARGET, endless, most=200)
    assert sum(isinstance(request, Snmp) and request.verb == "bulk" for request in asked) == 50


@pytest.mark.parametrize("lie", ["same", "backwards", "empty", "junk", "too big"])
def test_an_agent_that_lies_about_order_ends_its_columns(lie: str) -> None:
    def liar(request: Request) -> Reply:
        assert isinstance(request, Snmp)
        if request.verb == "get":
            return Reply("answered", write_pdu("response", 1, [Varbind(oid, "integer", 1) for oid in request.oids]))
        names = {"same": request.oids, "backwards": tuple(f"{oid.rpartition('.')[0]}.0.1" for oid in request.oids)}
        if lie == "junk":
            return Reply("answered", b"\xa2\x05junk")
        if lie == "too big":
            return Reply("answered", write_pdu("response", 1, list(request.oids), 1, 0))
        binds = [Varbind(oid, "integer", 1) for oid in names.get(lie, ())]
        return Reply("answered", write_pdu("response", 1, binds))

    asked, _ = driven(snmp, TARGET, liar, most=400)
    assert len(asked) < 300


def test_rows_of_one_column_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_all, "limit", lambda root, default=20_000: 3)
    device = Device()
    driven(snmp, TARGET, device)
    walked = Columns(("1.3.6.1.2.1.2.2.1.2",))
    binds = [Varbind(f"1.3.6.1.2.1.2.2.1.2.{n}", "octets", b"x") for n in range(1, 10)]
    walked.take(read_pdu(write_pdu("response", 1, binds)))
    assert walked.at == {}


def test_rows_allowed_follow_the_mib() -> None:
    assert _all.limit("1.3.6.1.2.1.17.4.3.1.2") == 50_000
    assert _all.limit("1.3.6.1.2.1.4.24.7.1.8") == 20_000
