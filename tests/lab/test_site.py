"""The site as declared: complete, sourced, true to itself; its tables tell of the devices that are really there."""

from __future__ import annotations

import importlib
from collections import Counter
from collections.abc import Iterable
from ipaddress import ip_address
from pathlib import Path

import msgspec
import pytest

from lab import nouns, reading, truth
from lab.snmp import ber
from lab.speech.snmp import view
from lab.topology import mac_bytes
from model.trouble import Trouble

SITE = reading.site()
each = pytest.mark.parametrize("device", SITE.devices, ids=lambda device: device.name)
UPSTREAM = {subnet.number for subnet in SITE.subnet if subnet.upstream}
CORE = dict(view(SITE, SITE.device("core-switch")))


def column(dotted: str) -> dict[ber.Oid, bytes]:
    """A table's column of the core switch: index to the value's body."""
    head = ber.arcs(dotted)
    return {oid[len(head) :]: ber.element(value)[1] for oid, value in CORE.items() if oid[: len(head)] == head}


def test_the_site_is_as_large_as_asked() -> None:
    present = [device for device in SITE.devices if device.wire == "present"]
    assert len(present) >= 40
    scope = {subnet.number for subnet in SITE.subnet if subnet.in_scope}
    assert {leg.subnet for device in present for leg in device.legs} >= scope == {1, 2, 5}
    kinds = Counter(expected.verdict for expected in truth.expected(SITE))
    assert kinds["covered"] >= 8 and kinds["suspect"] >= 2 and kinds["not-accused"] >= 15 and kinds["unseen"] >= 3


def test_every_covered_maker_is_there() -> None:
    covered = {expected.maker for expected in truth.expected(SITE) if expected.covered}
    assert covered == {"huawei", "zte", "hikvision", "dahua", "hytera"}


@each
def test_truth_is_complete(device: nouns.Device) -> None:
    said = device.truth
    assert said.why and (said.maker or said.verdict in ("not-accused", "unseen", "service"))
    assert set(said.outcomes or nouns.ALLOWED[said.verdict]) <= {
        "covered", "conflict", "suspect", "clear", "unknown", "unseen",
    }  # fmt: skip
    assert not (said.maker and "clear" in said.outcomes and said.verdict != "not-accused")


@each
def test_every_answer_names_its_source(device: nouns.Device) -> None:
    """The types demand a source; here it must say something, and not that a rule expects it."""
    sources = [device.mac_source, *_sources(device)]
    assert all(len(source) > 8 and "rule" not in source.replace("rule 8", "") for source in sources)


def _sources(thing: object) -> list[str]:
    if isinstance(thing, tuple):
        return [source for each in thing for source in _sources(each)]
    if not isinstance(thing, msgspec.Struct):
        return []
    fields = msgspec.structs.asdict(thing)
    own = [fields["source"]] if "source" in fields else []
    return own + [source for value in fields.values() for source in _sources(value)]


@each
def test_every_way_of_speaking_is_there(device: nouns.Device) -> None:
    for port in device.port:
        speech = importlib.import_module(f"lab.speech.{port.speaks}")
        assert callable(speech.serve if port.protocol == "tcp" else speech.answers)
    if device.snmp:
        assert list(view(SITE, device))


@each
def test_a_mac_is_of_the_block_that_its_source_names(device: nouns.Device) -> None:
    local = bool(mac_bytes(device.mac)[0] & 2)
    assert local == device.mac_source.startswith("locally administered")


def test_the_core_switch_has_learned_every_mac_that_is_attached() -> None:
    learned = {bytes(index) for index in column("1.3.6.1.2.1.17.4.3.1.2")}
    attached = {mac_bytes(leg.mac) for device in SITE.devices if device.attach for leg in device.legs}
    attached -= {mac_bytes(leg.mac) for device in SITE.devices for leg in device.legs if leg.subnet in UPSTREAM}
    assert learned == attached
    hosts = column("1.3.6.1.2.1.17.7.1.2.2.1.2")
    assert {bytes(index[1:]) for index in hosts} == attached
    assert {index[0] for index in hosts} == {10, 20, 30, 50}


def test_a_device_behind_another_switch_is_learned_on_the_port_that_leads_there() -> None:
    camera, switch = SITE.device("camera-axis"), SITE.device("switch-h3c")
    assert switch.attach
    port = column("1.3.6.1.2.1.17.4.3.1.2")[tuple(mac_bytes(camera.mac))]
    assert ber.number(port) == switch.attach.port


def test_the_arp_cache_holds_addresses_of_all_its_vlans() -> None:
    cache = {tuple(index[-4:]): mac for index, mac in column("1.3.6.1.2.1.4.22.1.2").items()}
    assert cache[(10, 77, 2, 10)] == mac_bytes(SITE.device("camera-hikvision").mac)
    assert cache[(10, 77, 3, 5)] == mac_bytes(SITE.device("laptop-guest").mac)
    assert (10, 77, 1, 1) not in cache


def test_hosts_that_speak_ipv6_only_stand_in_the_cores_neighbour_table() -> None:
    cache = {index[1:]: mac for index, mac in column("1.3.6.1.2.1.4.35.1.4").items()}
    for name in ("camera-hikvision-v6", "sensor-v6", "printer-v6", "camera-dahua-v6"):
        device = SITE.device(name)
        own = ip_address(SITE.addresses6(device.legs[0])[0]).packed
        assert cache[(2, 16, *own)] == mac_bytes(device.mac)
        assert not SITE.address(device.legs[0])


def test_an_identifier_made_of_a_mac_is_the_standards() -> None:
    """The example of RFC 4291 appendix A: 34-56-78-9A-BC-DE."""
    assert f"{nouns.eui64('34:56:78:9a:bc:de'):x}" == "365678fffe9abcde"


def test_the_carriers_box_is_known_from_the_edge_routers_arp_table_alone() -> None:
    mac = mac_bytes(SITE.device("ont-carrier").mac)
    cache = {bytes(index[-4:]): value for index, value in _media("edge-router").items()}
    assert cache[bytes([198, 51, 100, 1])] == mac
    others = [device.name for device in SITE.devices if device.snmp and mac in _media(device.name).values()]
    assert others == ["edge-router"]


def _media(name: str) -> dict[ber.Oid, bytes]:
    rows = view(SITE, SITE.device(name))
    return {oid[10:]: ber.element(value)[1] for oid, value in rows if oid[:10] == ber.arcs("1.3.6.1.2.1.4.22.1.2")}


def test_tables_name_a_vlan_and_subnets_that_are_not_in_scope() -> None:
    names = {index[-1]: name.decode() for index, name in column("1.3.6.1.2.1.17.7.1.4.3.1.1").items()}
    assert names[99] == "building-control" and names[30] == "guest-wireless"
    routes = set(column("1.3.6.1.2.1.4.21.1.1"))
    assert {(10, 77, 3, 0), (10, 77, 4, 0), (0, 0, 0, 0)} <= routes


def test_neighbours_announce_themselves_to_the_core() -> None:
    names = {name.decode() for name in column("1.0.8802.1.1.2.1.4.1.1.9").values()}
    assert {"branch-router", "floor-switch-2", "security-switch", "ap-lobby"} <= names
    assert b"edge-router" in column("1.3.6.1.4.1.9.9.23.1.2.1.1.6").values()


def test_an_optic_is_not_its_switchs_maker() -> None:
    makers = column("1.3.6.1.2.1.47.1.1.1.1.12")
    assert makers[(1,)] == b"Cisco Systems Inc" and makers[(1448,)].strip() == b"HUAWEI"


@pytest.mark.parametrize(
    ("body", "fault"),
    [("kind = 1", "Expected `str`"), ("kind = ", "cannot be read"), ("colour = 'red'", "colour")],
)
def test_a_bad_device_file_is_named(tmp_path: Path, body: str, fault: str) -> None:
    (tmp_path / "odd.toml").write_text(body)
    with pytest.raises(Trouble, match=fault) as caught:
        reading.site(folder=tmp_path)
    assert str(tmp_path / "odd.toml") in str(caught.value)


def test_two_devices_cannot_share_a_mac(tmp_path: Path) -> None:
    for name in ("one", "two"):
        text = (reading.HERE / "devices" / "core-switch.toml").read_text()
        (tmp_path / f"{name}.toml").write_text(text)
    with pytest.raises(Trouble, match="is also one's"):
        reading.site(folder=tmp_path)


def test_a_new_device_is_one_new_file(tmp_path: Path) -> None:
    """The example of docs/lab.md, found by being in the folder."""
    page = (Path(__file__).parents[2] / "docs" / "lab.md").read_text()
    for path in (reading.HERE / "devices").glob("*.toml"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "clock-lobby.toml").write_text(page.split("```toml\n")[1].split("```")[0])
    site = reading.site(folder=tmp_path)
    assert site.device("clock-lobby").port[0].speaks == "banner"
    assert mac_bytes(site.device("clock-lobby").mac) in {
        bytes(oid[-6:])
        for oid, _ in view(site, site.device("core-switch"))
        if oid[:11] == ber.arcs("1.3.6.1.2.1.17.4.3.1.2")
    }


def test_no_interface_bears_another_devices_mac() -> None:
    """Ports' MACs count up from their device's own: they must not run into a neighbour's."""
    bearers: dict[bytes, set[str]] = {}
    column_of_macs = ber.arcs("1.3.6.1.2.1.2.2.1.6")
    for device in SITE.devices:
        own = [mac_bytes(leg.mac) for leg in device.legs]
        rows: Iterable[tuple[ber.Oid, bytes]] = view(SITE, device) if device.snmp else []
        for mac in [*own, *(ber.element(value)[1] for oid, value in rows if oid[:10] == column_of_macs)]:
            bearers.setdefault(mac, set()).add(device.name)
    assert {mac.hex(): names for mac, names in bearers.items() if len(names) > 1} == {}
