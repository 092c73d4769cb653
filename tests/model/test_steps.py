"""The cheapest next step: what explains most MACs comes first, and is the device that knows them."""

from __future__ import annotations

from typing import Any

from model.holes import cheapest, holes
from model.report import Attached, Finding, Network, Report, StrayMac
from tests.model.test_gate import report as whole

CORE, FLOOR, CAMERA = "dev-core", "dev-floor", "dev-camera"


def report(**parts: Any) -> Report:
    bare = {"findings": (), "coverage": (), "networks": (), "unexplained_macs": (), "faults": ()}
    return whole(**{**bare, **parts})


def at(port: str, switch: str = CORE, **more: str) -> tuple[Attached, ...]:
    return (Attached(switch=switch, port=port, **more),)


def strays(count: int, port: str, first: int = 0, **more: Any) -> tuple[StrayMac, ...]:
    macs = (f"00:40:8c:00:00:{number:02x}" for number in range(first, first + count))
    return tuple(StrayMac(mac, attached=at(port), witnesses=(CORE,), **more) for mac in macs)


def core() -> Finding:
    return Finding(CORE, "clear", names=("core",), addresses=("10.2.0.9",))


def floor(**more: Any) -> Finding:
    known: dict[str, Any] = {"addresses": ("10.2.0.1",), "attached": at("24"), "witnesses": (CORE,)}
    return Finding(FLOOR, "unknown", **{**known, **more})


def mac_steps(of: Report) -> list[tuple[str, str]]:
    return [(hole.text, hole.step) for hole in holes(of) if hole.kind == "mac"]


def test_a_device_that_told_no_table_explains_what_hangs_behind_it() -> None:
    found = mac_steps(report(findings=(core(), floor()), unexplained_macs=strays(41, "24")))
    assert found[0][0].startswith("41 MACs unexplained behind core port 24: 00:40:8c:00:00:00")
    assert found[0][1] == "a read-only SNMP credential for 10.2.0.1 would explain 41 MACs"


def test_a_device_whose_tables_were_read_is_not_asked_again() -> None:
    asked = floor(witnesses=())
    other = Finding(CAMERA, "clear", addresses=("10.2.0.7",), witnesses=(FLOOR,))
    found = mac_steps(report(findings=(core(), asked, other), unexplained_macs=strays(3, "24")))
    assert found == [
        (
            "3 MACs unexplained behind core port 24: 00:40:8c:00:00:00, 00:40:8c:00:00:01, 00:40:8c:00:00:02",
            "follow port 24 to the device, or scan its subnet",
        )
    ]


def test_two_devices_on_a_port_leave_open_which_of_them_knows() -> None:
    second = Finding(CAMERA, "clear", addresses=("10.2.0.7",), attached=at("24"), witnesses=(CORE,))
    (found,) = mac_steps(report(findings=(core(), floor(), second), unexplained_macs=strays(3, "24")))
    assert found[1].startswith("follow port 24")


def test_addresses_of_a_network_nobody_examined_are_one_scan() -> None:
    nets = (Network("10.3.0.0/24", "subnet", "not examined", (CORE,)), Network("10.0.0.0/8", "subnet", "not examined"))
    known = strays(1, "1", addresses=("10.3.0.5",)) + strays(1, "2", first=9, addresses=("10.3.0.6",))
    of = report(findings=(core(),), networks=nets, unexplained_macs=known)
    ((text, step),) = mac_steps(of)
    assert text.startswith("2 MACs unexplained in 10.3.0.0/24:")
    assert step == "scan 10.3.0.0/24, or import its tables: that would explain 2 MACs"
    told = [hole.text for hole in holes(of) if hole.subject == "10.3.0.0/24"]
    assert told == ["subnet 10.3.0.0/24 is not examined; 2 addresses are known in it"]


def test_private_macs_may_be_disposed_of_as_a_class() -> None:
    (found,) = mac_steps(report(findings=(core(),), unexplained_macs=strays(1, "7", random=True)))
    assert "follow port 7" in found[1] and "as a class" in found[1]


def test_no_mac_is_lost_and_the_largest_group_comes_first() -> None:
    known = strays(2, "5") + strays(6, "24", first=50) + strays(1, "9", first=99)
    of = report(findings=(core(), floor()), unexplained_macs=known)
    found = [hole for hole in holes(of) if hole.kind == "mac"]
    assert [hole.closes for hole in found] == [6, 2, 1]


def test_what_closes_most_is_told_once_and_first() -> None:
    nets = (Network("10", "vlan", "not examined", (CORE,)),)
    of = report(findings=(core(), floor()), networks=nets, unexplained_macs=strays(6, "24") + strays(1, "9", first=99))
    first = cheapest(holes(of))
    assert [hole.closes for hole in first] == [6]
    assert first[0].step == "a read-only SNMP credential for 10.2.0.1 would explain 6 MACs"


def test_each_network_that_would_close_something_is_a_step_of_its_own() -> None:
    nets = tuple(Network(name, "subnet", "not examined", (CORE,)) for name in ("10.3.0.0/24", "10.4.0.0/24"))
    known = [f"10.{net}.0.{last}" for net in (3, 4) for last in range(1, net)]
    found = tuple(StrayMac(f"00:40:8c:00:00:{number:02x}", addresses=(one,)) for number, one in enumerate(known))
    first = [hole for hole in cheapest(holes(report(networks=nets, unexplained_macs=found))) if hole.kind == "network"]
    assert [(hole.subject, hole.closes) for hole in first] == [("10.4.0.0/24", 3), ("10.3.0.0/24", 2)]
