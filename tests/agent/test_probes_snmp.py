"""The SNMP dialogue against agents made of PDUs: version 2 and 1, endless, lying and half-dead ones."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable

import msgspec
import pytest

from agent.ask import Reply, Request, Snmp, Target
from agent.decode.ber import Varbind, read_pdu, write_pdu
from agent.decode.secrets import NEVER
from agent.imports import snmprec
from agent.mibs import _all, arp, vlan
from agent.probes import snmp
from agent.probes._columns import Columns, Cuts
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


class Cisco(Device):
    """The same switch with Cisco's number, VLANs by VTP and no table with VLANs in it. `deaf`: contexts it is silent in."""

    def __init__(self, deaf: tuple[str, ...] = (), number: int = 9, active: int = 3) -> None:
        super().__init__()
        gone = ("1.3.6.1.2.1.17.7.", "1.3.6.1.2.1.1.2.")
        kept = [bind for bind in self.binds if not bind.oid.startswith(gone)]
        kept.append(Varbind("1.3.6.1.2.1.1.2.0", "oid", f"1.3.6.1.4.1.{number}.1.1208"))
        kept += [Varbind(f"{vlan.VTP_STATE}.1.{n}", "integer", 1) for n in range(2, 2 + active)]
        self.binds = sorted(kept, key=lambda bind: key(bind.oid))
        self.oids, self.deaf = [key(bind.oid) for bind in self.binds], deaf

    def __call__(self, request: Request) -> Reply:
        reply = super().__call__(request)
        assert isinstance(request, Snmp)
        return Reply("silent") if request.context in self.deaf else reply

    @property
    def contexts(self) -> list[str]:
        return list(dict.fromkeys(request.context for request in self.asked if request.context))


def test_a_cisco_without_vlans_in_its_table_is_asked_for_each() -> None:
    device = Cisco()
    _, kept = driven(snmp, TARGET, device)
    assert device.contexts == ["vlan-2", "vlan-3", "vlan-4"]
    found = said(snmp.read(kept))
    for n in (2, 3, 4):
        assert any(fact == "attached" and f'"vlan":"{n}"' in value for _, fact, value in found)


@pytest.mark.parametrize("number", [99999, 90, 99])
def test_others_are_not(number: int) -> None:
    device = Cisco(number=number)
    driven(snmp, TARGET, device)
    assert device.contexts == []


def test_a_cisco_whose_table_has_vlans_is_asked_for_no_context() -> None:
    device = Cisco()
    device.binds = sorted(
        [*device.binds, Varbind("1.3.6.1.2.1.17.7.1.2.2.1.2.3.0.0.94.0.83.39", "integer", 1)], key=lambda b: key(b.oid)
    )
    device.oids = [key(bind.oid) for bind in device.binds]
    driven(snmp, TARGET, device)
    assert device.contexts == []


def test_vlans_that_do_not_answer_end_the_asking() -> None:
    device = Cisco(deaf=tuple(f"vlan-{n}" for n in range(3, 20)), active=18)
    driven(snmp, TARGET, device)
    assert device.contexts == ["vlan-2", "vlan-3", "vlan-4"]


def test_no_more_than_256_vlans() -> None:
    device = Cisco(active=700)
    driven(snmp, TARGET, device, most=5_000)
    assert len(device.contexts) == 256


def test_a_table_beside_secrets_is_asked_for_row_by_row() -> None:
    steps = {oid: step for mib in _all.mibs() for oid, step in getattr(mib, "STEP", {}).items()}
    assert steps and all(Columns((oid,)).repeats == step for oid, step in steps.items())


def test_an_older_table_is_spared_where_the_newer_one_answers() -> None:
    device = Device()
    driven(snmp, TARGET, device)
    assert not any(oid.startswith(arp.OLDEST) for request in device.asked for oid in request.oids)
    bare = Device()
    bare.binds = [bind for bind in bare.binds if not bind.oid.startswith("1.3.6.1.2.1.4.22.")]
    bare.oids = [key(bind.oid) for bind in bare.binds]
    driven(snmp, TARGET, bare)
    assert any(oid.startswith(arp.OLDEST) for request in bare.asked for oid in request.oids)


def test_a_table_that_was_cut_is_told() -> None:
    column = "1.3.6.1.2.1.2.2.1.2"
    walked = Columns((column,))
    binds = [Varbind(f"{column}.{n}", "octets", b"x") for n in (1, 2, 2)]
    first, second = (read_pdu(write_pdu("response", 1, some)) for some in (binds[:2], binds[2:]))
    cuts = Cuts()
    assert list(cuts.take(walked.asked(), first)) == []
    assert list(cuts.take(walked.asked(), second)) == [f"table {column}: its objects do not come in order"]
    assert list(cuts.take(walked.asked(), second)) == [], "once"
    assert list(cuts.take("table of old", first)) == []


def _cuts(device: Device) -> list[str]:
    _, kept = driven(snmp, TARGET, device)
    return [value for _, fact, value in said(snmp.read(kept)) if fact == "snmp.cut"]


@pytest.mark.parametrize("version", [1, 2])
def test_a_whole_walk_is_not_called_cut(version: int) -> None:
    assert _cuts(Device(version)) == []


class Tired(Device):
    """Gives a row at a time, and falls silent, or says what nobody can read, at the second page of a table."""

    def __init__(self, then: Reply | None = None) -> None:
        super().__init__()
        self._then = then

    def __call__(self, request: Request) -> Reply:
        again = request.asked.startswith("table ") and any(one.asked == request.asked for one in self.asked)
        answer = super().__call__(msgspec.structs.replace(request, repeats=1) if isinstance(request, Snmp) else request)
        return self._then if again and self._then else answer


@pytest.mark.parametrize("then", [Reply("silent"), Reply("answered", b"\x30\x03nonsense")], ids=["silent", "nonsense"])
def test_a_device_that_stops_in_mid_table_leaves_it_cut(then: Reply) -> None:
    assert _cuts(Tired()) == []
    found = {reason.partition(": ")[2] for reason in _cuts(Tired(then))}
    assert found == {"its end was not seen" if then.body else "no answer, and what comes after it was not asked"}


def test_more_questions_than_a_device_is_asked_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snmp, "MOST_EXCHANGES", 3)
    assert "more than 3 questions: no more was asked" in _cuts(Device())
