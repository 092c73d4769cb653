"""Where a thing is plugged in: behind uplinks the switch that has it on a port of its own comes first."""

from __future__ import annotations

from fingerprints.places import nearest_first
from model.report import Attached, Finding


def at(switch: str, port: str, vlan: str = "10", ssid: str = "") -> Attached:
    return Attached(switch, port, vlan, ssid, "2026-01-02T03:04:05.000006Z")


def found(**places: tuple[Attached, ...]) -> dict[str, Finding]:
    return nearest_first({name: Finding(name, "unseen", attached=held) for name, held in places.items()})


def test_the_access_port_before_two_uplinks_though_it_is_crowded() -> None:
    """core -- dist -- edge: an access point's port on `edge` holds more stations than the uplinks show."""
    held = {f"phone{n}": (at("edge", "9"),) for n in range(5)}
    ordered = found(
        core=(at("dist", "48"), at("edge", "24")),
        dist=(at("core", "1"), at("edge", "24")),
        edge=(at("core", "1"), at("dist", "2")),
        camera=(at("core", "1"), at("dist", "2"), at("edge", "9")),
        **held,
    )
    assert [place.switch for place in ordered["camera"].attached] == ["edge", "dist", "core"]


def test_a_switch_that_knows_it_by_its_own_uplink_is_no_nearer() -> None:
    """The server hangs on core; edge hears it through its uplink alone."""
    ordered = found(
        core=(at("edge", "24"),),
        edge=(at("core", "1"),),
        server=(at("edge", "24"), at("core", "5")),
    )
    assert [place.switch for place in ordered["server"].attached] == ["core", "edge"]


def test_an_aggregate_is_an_uplink_by_its_own_name() -> None:
    ordered = found(
        core=(at("edge", "Po1"), at("edge", "Gi0/1")),
        edge=(at("core", "Po7", ""), at("core", "Gi1/1", "")),
        camera=(at("core", "Po7"), at("edge", "Gi0/9")),
        other=(at("edge", "Gi0/9"),),
        third=(at("edge", "Gi0/9"),),
    )
    assert ordered["camera"].attached[0] == at("edge", "Gi0/9")


def test_a_radio_cell_is_nearest_and_a_routed_interface_last() -> None:
    ordered = found(phone=(at("router", "Vlan30", ""), at("core", "7"), at("wlc", "ap1", "30", "office")))
    assert [place.switch for place in ordered["phone"].attached] == ["wlc", "core", "router"]


def test_without_other_switches_the_port_with_fewest_stations() -> None:
    ordered = found(one=(at("a", "1"), at("b", "2")), two=(at("a", "1"),))
    assert ordered["one"].attached[0].switch == "b"
