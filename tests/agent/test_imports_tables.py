"""Leases and neighbour tables: who is named in them, where they were torn, and that their keeper is no device."""

from __future__ import annotations

from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.imports import (
    _csv,
    _leases,
    _lines,
    _tables,
    arp_table,
    dnsmasq_leases,
    ip_neigh,
    isc_leases,
    kea_leases,
    net_neighbor,
    windows_dhcp,
    windows_leases,
)
from fingerprints.finding import finding
from fingerprints.gather import rows as gathered
from fingerprints.pack import Pack
from fingerprints.resolve import resolve
from fingerprints.subjects import place, subjects
from model import folder
from model.evidence import Evidence
from tests.agent.reading import ANSWERS, said, source, where, written
from tests.agent.test_imports import IMPORTS, SAMPLES, dialogues, taken

OUI = "00:00:5e:00:53:"


def facts(kind: ModuleType, good: list[Evidence]) -> set[tuple[str, str, str]]:
    return {fact for group in dialogues(good) for fact in said(kind.read(group))}


def short(found: set[tuple[str, str, str]]) -> set[tuple[str, str, str]]:
    """The same with `station:` and the documentation block left off; where it hangs left out."""
    return {(about.replace(f"station:{OUI}", ""), key, value) for about, key, value in found if key != "attached"}


def test_isc_leases_give_the_newest_of_each() -> None:
    good, bad = taken(isc_leases, source("synthetic-dhcpd.leases"))
    assert bad == ["line 42: neither a block nor a statement", "line 43: a block that does not end"]
    assert short(facts(isc_leases, good)) == {
        ("21", "ip.address", "192.0.2.21"),
        ("21", "dhcp.host_name", 'cam "gate"'),
        ("21", "dhcp_vendor_class", "Example Camera {7}"),
        ("21", "dhcp.lease_end", "2026-01-02T13:00:00Z"),
        ("22", "ip.address", "192.0.2.22"),
        ("24", "ip.address", "2001:db8::24"),
        ("24", "dhcp.lease_end", "2026-01-02T13:00:00Z"),
    }


def test_a_torn_block_costs_only_itself() -> None:
    text = b"lease 192.0.2.1 {\n  hardware ethernet 00:00:5e:00:53:01;\nlease 192.0.2.2 {\n"
    text += b"  hardware ethernet 00:00:5e:00:53:02;\n}\n"
    good, bad = taken(isc_leases, written(text))
    assert bad == ["line 1: a block that does not end"]
    assert short(facts(isc_leases, good)) == {("02", "ip.address", "192.0.2.2")}


def test_kea_leases_that_were_taken_back_are_nobodys() -> None:
    good, bad = taken(kea_leases, source("synthetic-kea-leases4.csv"))
    assert bad == ["line 6: 2 cells under 12 columns"]
    found = short(facts(kea_leases, good))
    assert ("31", "dhcp.host_name", "door,1.example") in found
    assert ("neighbor:lease.192.0.2.33", "ip.address", "192.0.2.33") in found, "a client without a MAC is not lost"
    assert not any(about == "32" for about, _, _ in found)


def test_kea_leases_of_ipv6_know_the_mac_or_find_it_in_the_duid() -> None:
    text = (
        b"address,duid,valid_lifetime,expire,subnet_id,pref_lifetime,lease_type,iaid,prefix_len,hostname,hwaddr,state\n"
    )
    text += b"2001:db8::1,00:03:00:01:00:00:5e:00:53:01,3600,1767355200,1,0,0,1,128,a,,0\n"
    text += b"2001:db8::2,00:04:aa,3600,1767355200,1,0,0,1,128,b,00:00:5e:00:53:02,0\n"
    text += b"2001:db8:1::,00:04:ab,3600,1767355200,1,0,2,1,56,c,00:00:5e:00:53:03,0\n"
    good, bad = taken(kea_leases, written(text))
    assert not bad
    addresses = {(about, value) for about, key, value in short(facts(kea_leases, good)) if key == "ip.address"}
    assert addresses == {("01", "2001:db8::1"), ("02", "2001:db8::2")}, "a delegated prefix is no host"


def test_dnsmasq_leases() -> None:
    good, bad = taken(dnsmasq_leases, source("synthetic-dnsmasq.leases"))
    assert bad == ["line 3: not END MAC ADDRESS NAME CLIENT-ID"]
    found = short(facts(dnsmasq_leases, good))
    assert {about for about, _, _ in found} == {"41", "42", "43"}
    assert ("42", "dhcp.lease_end", "") not in found and ("42", "dhcp.host_name", "*") not in found


def test_windows_leases_in_the_bytes_that_windows_writes() -> None:
    whole = (ANSWERS / "synthetic-windows-leases.csv").read_text("utf-8")
    for data in (whole.encode(), whole.encode("utf-16"), b"\xef\xbb\xbf" + whole.replace(",", ";").encode()):
        assert windows_leases.sniff("x", data[:4096])
        good, bad = taken(windows_leases, written(data))
        assert bad == ["line 7: 3 cells under 9 columns"]
        found = short(facts(windows_leases, good))
        assert {about for about, _, _ in found} == {"51", "53"}, "declined is nobody's"
        assert ("51", "dhcp.lease_end", "2026-01-02T13:00:00") in found
        assert not any(about == "53" and key == "dhcp.lease_end" for about, key, _ in found), "1/2/2026 is two days"


def test_a_windows_server_names_its_scopes() -> None:
    good, bad = taken(windows_dhcp, source("synthetic-netsh-dhcp.txt"))
    assert bad == ["line 8: not `Dhcp Server NAME …`"]
    found = facts(windows_dhcp, good)
    assert ("self", "network", '{"kind":"subnet","name":"192.0.2.0/24","named_by":"dhcp"}') in found
    assert (f"station:{OUI}61", "dhcp.host_name", "pump.example") in found
    assert ("self", "dns.name", "dhcp.example") in found


def test_neighbour_tables_of_every_system() -> None:
    good, bad = taken(arp_table, source("synthetic-arp.txt"))
    assert bad == ["line 15: not a row of a neighbour table"]
    found = facts(arp_table, good)
    assert {about for about, _, _ in short(found)} == {"71", "72", "74", "76", "78"}
    assert (f"station:{OUI}71", "dns.name", "gate.example") in found
    assert (f"station:{OUI}76", "attached", where(port="eth1")) in found
    assert (f"station:{OUI}78", "attached", where(port="interface 192.0.2.9")) in found


@pytest.mark.parametrize(
    "text",
    [
        b"? (192.0.2.1) at 00:00:5e:00:53:01 [ether] on br-lan\n",
        b"gw.example (192.0.2.1) at 00:00:5e:00:53:01 on em0 expires in 1199 seconds [ethernet]\n",
        b"192.0.2.1 ether 00:00:5e:00:53:01 CM eth0\n",
        "\n接口: 192.0.2.9 --- 0x3\n  Internet 地址         物理地址              类型\n".encode()
        + b"  192.0.2.1    00-00-5e-00-53-01     \xe5\x8a\xa8\xe6\x80\x81\n",
        b"\r\nSchnittstelle: 192.0.2.9 --- 0x3\r\n  Internetadresse       Physische Adresse     Typ\r\n"
        b"  192.0.2.1             00-00-5e-00-53-01     dynamisch\r\n",
        b"\r\nInterface : 192.0.2.9 --- 0x3\r\n  Adresse Internet      Adresse physique      Type\r\n"
        b"  192.0.2.1             00-00-5e-00-53-01     dynamique\r\n",
    ],
)
def test_a_row_of_a_neighbour_table(text: bytes) -> None:
    assert [name for name in IMPORTS if IMPORTS[name].sniff("unnamed", text)] == ["arp_table"]
    good, bad = taken(arp_table, written(text))
    assert not bad and (f"station:{OUI}01", "ip.address", "192.0.2.1") in facts(arp_table, good)


def test_a_row_with_a_name_instead_of_an_address_still_tells_of_a_mac() -> None:
    """`arp` without -n: the MAC would be missing from the account."""
    text = b"Address                  HWtype  HWaddress           Flags Mask            Iface\n"
    text += b"cam-7.example            ether   00:00:5e:00:53:02   C                     eth0\n"
    good, bad = taken(arp_table, written(text))
    assert not bad and facts(arp_table, good) == {
        (f"station:{OUI}02", "dns.name", "cam-7.example"),
        (f"station:{OUI}02", "attached", where(port="eth0")),
    }


def test_ip_neigh_plain_and_as_json() -> None:
    good, bad = taken(ip_neigh, source("synthetic-ip-neigh.txt"))
    assert bad == ["line 5: not ADDRESS dev INTERFACE lladdr MAC STATE"]
    assert {about for about, _, _ in short(facts(ip_neigh, good))} == {"81", "83", "84"}
    good, bad = taken(ip_neigh, source("synthetic-ip-neigh.json"))
    assert not bad and short(facts(ip_neigh, good)) == {("85", "ip.address", "192.0.2.85")}


def test_a_windows_neighbour_table() -> None:
    good, bad = taken(net_neighbor, source("synthetic-net-neighbor.csv"))
    assert bad == ["line 5: 1 cells under 6 columns"]
    assert facts(net_neighbor, good) == {
        (f"station:{OUI}87", "ip.address", "192.0.2.87"),
        (f"station:{OUI}87", "attached", where(port="Ethernet")),
    }


def test_the_keeper_of_a_table_is_no_device_and_its_file_is_the_origin(pack: Pack) -> None:
    good, _ = taken(ip_neigh, source("synthetic-ip-neigh.json"))
    places = {one.id: place(one.observation) for one in good}
    facts = [fact for group in dialogues(good) for fact in ip_neigh.read(group)]
    devices, _ = resolve(subjects(sorted(gathered(places, facts))))
    found = [finding(device, pack, {s.key: device.id for s in device.subjects}) for device in devices]
    assert [(one.outcome, one.macs, one.origins) for one in found] == [
        ("unseen", (f"{OUI}85",), ("synthetic-ip-neigh.json",))
    ]


@pytest.fixture(scope="module")
def pack() -> Pack:
    from agent.results import pack_at

    return pack_at(None)


def test_an_open_quote_does_not_swallow_the_file() -> None:
    rows = [f'a{n},"b' if n == 3 else f"a{n},b" for n in range(200)]
    found = list(_csv.records("\n".join(["x,y", *rows]).encode()))
    assert sum(bool(one.fault) for one in found) == 1 and len(found) == 201


def test_a_table_of_many_pages_is_read_under_its_header() -> None:
    rows = b"".join(
        b'"11","198.51.%d.%d","00-00-5E-00-%02X-%02X","Reachable","Ethernet %s"\n'
        % (n // 256, n % 256, n // 256, n % 256, b"x" * 90)
        for n in range(1, 2000)
    )
    good, bad = taken(net_neighbor, written(b"ifIndex,IPAddress,LinkLayerAddress,State,InterfaceAlias\n" + rows))
    assert not bad and len(good) > 3 and all(len(one.body or b"") <= _lines.PAGE for one in good)
    assert sum(key == "ip.address" for _, key, _ in facts(net_neighbor, good)) == 1999


def test_what_is_in_a_duid() -> None:
    assert _leases.of_duid("00:03:00:01:00:00:5e:00:53:01") == f"{OUI}01"
    assert _leases.of_duid("000100012cd2e97b00005e005301") == f"{OUI}01"
    assert _leases.of_duid("00:02:00:00:00:09:01") == _leases.of_duid("") == _leases.of_duid("zz") == ""


LINES = st.lists(
    st.one_of(
        st.text(max_size=60),
        *(
            st.sampled_from((ANSWERS / name).read_text("utf-8", "replace").split("\n"))
            for kind, name in sorted(SAMPLES.items())
            if name.endswith((".txt", ".csv", ".leases"))
        ),
    ),
    max_size=20,
)


@pytest.mark.parametrize("name", folder.names("agent.imports"))
@settings(max_examples=40, deadline=None)
@given(lines=LINES, code=st.sampled_from(["utf-8", "utf-16", "latin-1"]))
def test_shuffled_lines_break_nothing(name: str, lines: list[str], code: str) -> None:
    from model.trouble import Trouble

    data = "\n".join(lines).encode(code, "replace")
    try:
        good, _ = taken(IMPORTS[name], written(data))
    except Trouble:
        return
    for group in dialogues([one for one in good if one.observation.probe == name]):
        for fact in IMPORTS[name].read(group):
            assert fact.value and len(fact.value) <= 4096


def test_the_head_of_a_long_file_is_not_judged_by_a_cut_line() -> None:
    assert _tables.head(b"a b\n" + b"x" * 5000) == [b"a b"]
