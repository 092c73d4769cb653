"""Terminal logs: cut into commands, read by templates, secrets out; one bad line costs only itself, a hostile text little time."""

from __future__ import annotations

import time
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.ask import Source
from agent.decode.cli import mask, own, rows, session, templates
from agent.imports import show
from agent.results import pack_at
from fingerprints.finding import finding
from fingerprints.gather import rows as gathered
from fingerprints.pack import Pack
from fingerprints.resolve import resolve
from fingerprints.subjects import place, subjects
from model.evidence import Evidence
from model.report import Finding
from model.trouble import Trouble
from tests.agent.reading import ANSWERS, WHEN, net, said, source, where, written
from tests.agent.test_imports import dialogues, taken

OUI = "00:00:5e:00:53:"


@pytest.fixture(scope="module")
def pack() -> Pack:
    return pack_at(None)


def judged(good: list[Evidence], pack: Pack) -> list[Finding]:
    facts = [fact for group in dialogues(good) for fact in show.read(group)]
    devices, _ = resolve(subjects(sorted(gathered({one.id: place(one.observation) for one in good}, facts))))
    known = {subject.key: device.id for device in devices for subject in device.subjects}
    return [finding(device, pack, known) for device in devices]


def test_a_switch_tells_of_itself_its_neighbours_and_its_stations() -> None:
    good, bad = taken(show, source("synthetic-show.txt"))
    assert not bad
    facts = said(show.read(good))
    assert {
        ("self", "cli.hostname", "core-1"),
        ("self", "cli.model", "WS-C2960X-24TS-L"),
        ("self", "cli.serial", "FOC0000X001"),
        ("self", "cli.firmware", "15.2(7)E3"),
        ("self", "mac.address", f"{OUI}01"),
        ("self", "ip.address", "192.0.2.1"),
        ("component:GigabitEthernet1/0/25", "cli.serial", "HW000001"),
        (f"station:{OUI}21", "ip.address", "192.0.2.21"),
        (f"station:{OUI}21", "attached", where(port="Gi1/0/1", vlan="10")),
        ("neighbor:lldp.Gi1/0/3.0", "mac.address", f"{OUI}33"),
        ("neighbor:lldp.Gi1/0/3.0", "lldp.sys_name", "edge-3.example"),
        ("neighbor:lldp.Gi1/0/3.0", "lldp.mgmt_address", "192.0.2.33"),
        ("neighbor:lldp.Gi1/0/3.0", "attached", where(port="Gi1/0/3")),
        ("neighbor:cdp.GigabitEthernet1/0/4.0", "cdp.platform", "Cisco IP Phone 7841"),
        ("neighbor:cdp.GigabitEthernet1/0/4.0", "cdp.version", "sip78xx.12-5-1"),
        net("20 CAMERAS", "vlan", "vlan-table"),
    } <= facts
    assert not any(about == f"station:{OUI}01" for about, _, _ in facts), "its own row is no station"
    assert not any("1002" in value for _, key, value in facts if key == "network")


def test_what_may_hold_secrets_is_left_out_and_told() -> None:
    good, _ = taken(show, source("synthetic-show.txt"))
    noted = [one.observation.asked for one in good if one.observation.status == "noted"]
    assert noted[0] == "cisco_ios: show running-config: 3 lines left out: they may hold secrets" and len(noted) == 3
    for one in good:
        assert b"topsecret" not in (one.body or b"") and "topsecret" not in one.observation.asked


@pytest.mark.parametrize(
    "line",
    [
        b"snmp-server community s3cr3t RO",
        b" Community name: s3cr3t",
        b"enable password 7 s3cr3t",
        b" snmp-agent community read cipher s3cr3t",
        b"radius-server key s3cr3t",
        b'set system root-authentication encrypted-password "s3cr3t"',
        b"Password: s3cr3t",
        b" pre-shared-key s3cr3t",
        b"ntp authentication-key 1 md5 s3cr3t",
    ],
)
def test_a_secret_in_a_line_is_starred_out(line: bytes) -> None:
    masked = mask.line_masked(line)
    assert b"s3cr3t" not in masked and len(masked) == len(line)


@pytest.mark.parametrize(
    "line",
    [
        b"1003 token-ring-default  act/unsup",
        b"The password-recovery mechanism is enabled.",
        b"Huawei S5735 uptime is 1 week",
    ],
)
def test_an_ordinary_line_stays(line: bytes) -> None:
    assert mask.line_masked(line) == line


def test_a_private_key_is_starred_out() -> None:
    text = [b"-----BEGIN RSA PRIVATE KEY-----", b"MIIabc", b"-----END RSA PRIVATE KEY-----", b"after"]
    assert mask.masked(text) == [text[0], b"******", text[2], b"after"]


def test_a_listed_maker_is_found_at_its_own_terminal_and_at_its_neighbours(pack: Pack) -> None:
    good, bad = taken(show, source("synthetic-display.txt"))
    assert not bad
    own_words = next(one for one in judged(good, pack) if one.origins)
    assert (own_words.outcome, own_words.maker, own_words.model) == ("covered", "huawei", "S5735-L24T4X-A1")
    assert own_words.macs == (f"{OUI}33",) and own_words.addresses == ("192.0.2.33",)
    good, _ = taken(show, source("synthetic-show.txt"))
    found = {one.maker: one.outcome for one in judged(good, pack) if one.maker}
    assert found == {"cisco": "clear", "huawei": "suspect"}


H3C = b"""<access-1>display version
H3C Comware Software, Version 7.1.070, Release 6126P10
Copyright (c) 2004-2021 New H3C Technologies Co., Ltd. All rights reserved.
H3C S5130S-28S-EI uptime is 0 weeks, 1 day, 2 hours, 3 minutes
<access-1>quit
"""
ZTE = b"""ZXR10#show version
ZXR10 5960-32DL
ZTE ZXR10 Software, Version: 5960-32DL V3.02.20, Release software
Copyright (c) 2021 by ZTE Corporation
System uptime is 1 day(s), 1 hour(s), 1 minute(s)
ZXR10#exit
"""
JUNOS = b"""{master:0}
admin@edge-1> show version
Hostname: edge-1
Model: ex2300-24t
Junos: 20.4R3.8

{master:0}
admin@edge-1> show lldp neighbors
Local Interface    Parent Interface    Chassis Id          Port info          System Name
ge-0/0/1           -                   00:00:5e:00:53:61   ge1                tower

{master:0}
admin@edge-1>
"""
FORTI = b"""FGT # get system status
Version: FortiGate-60F v7.0.5,build0304,220208 (GA)
Serial-Number: FGT60F0000000001
Hostname: FGT
FGT # exit
"""


@pytest.mark.parametrize(
    ("log", "maker", "outcome", "name"),
    [
        (H3C, "h3c", "clear", "access-1"),
        (ZTE, "zte", "covered", "ZXR10"),
        (JUNOS, "juniper", "clear", "edge-1"),
        (FORTI, "fortinet", "clear", "FGT"),
        (b"Headquarters core switch\n" + H3C.replace(b"\n", b"\r\n"), "h3c", "clear", "access-1"),
        (b"\x1b[?1l" + FORTI.replace(b"(GA)\n", b"(GA)\n--More--\b\b\b\b\b\b\b\b"), "fortinet", "clear", "FGT"),
    ],
)
def test_prompts_of_every_style(log: bytes, maker: str, outcome: str, name: str, pack: Pack) -> None:
    assert show.sniff("unnamed", log)
    good, _ = taken(show, written(log))
    found = next(one for one in judged(good, pack) if one.origins)
    assert (found.maker, found.outcome, found.names) == (maker, outcome, (name,))


@pytest.mark.parametrize(
    ("line", "host", "command"),
    [
        ("sw1#show version", "sw1", "show version"),
        ("sw1(config-if)#do show arp", "sw1", "do show arp"),
        ("<edge-3>display arp", "edge-3", "display arp"),
        ("[~edge-3]display arp", "edge-3", "display arp"),
        ("RP/0/RSP0/CPU0:core#show inventory", "core", "show inventory"),
        ("admin@fw-1(active)> show system info", "fw-1", "show system info"),
        ("fw/pri/act# show version", "fw", "show version"),
        ("HP Switch 2530# show system", "HP Switch 2530", "show system"),
        ("(wlc-1) #show arp", "wlc-1", "show arp"),
        ("[admin@hex] /ip> arp print", "hex", "arp print"),
        ("vyos@gate:~$ show arp", "gate", "show arp"),
        ("SSH@icx#show version", "icx", "show version"),
        ("-> show system", "-", "show system"),
    ],
)
def test_a_prompt(line: str, host: str, command: str) -> None:
    assert session.prompt(line) == (host, command) and session.shows(command)


@pytest.mark.parametrize(
    "line", ["Vlan    Mac Address       Type", "10.0.0.1 is up", "Total: 3", "", " sw1#show version extra"]
)
def test_no_prompt(line: str) -> None:
    host, command = session.prompt(line)
    assert not (host and session.shows(command)) or line.startswith(" ")


def test_two_devices_in_one_log_are_two(pack: Pack) -> None:
    good, _ = taken(show, written(H3C + ZTE, "both.log"))
    assert {one.origins: one.maker for one in judged(good, pack) if one.origins} == {
        ("both.log#access-1",): "h3c",
        ("both.log#ZXR10",): "zte",
    }


def test_headings_instead_of_prompts() -> None:
    text = b"------------------ show version ------------------\nHostname: edge-1\nModel: ex2300-24t\nJunos: 20.4R3.8\n"
    text += b"!Command: show running-config\nset secret topsecret\n"
    assert show.sniff("x", text)
    good, _ = taken(show, written(text))
    assert ("self", "cli.model", "ex2300-24t") in said(show.read(good))
    assert all(b"topsecret" not in (one.body or b"") for one in good)


@pytest.mark.parametrize("name", ["juniper_junos_show_version.txt", "edge_show_version2.log", "show_version"])
def test_the_file_name_tells_the_command(name: str) -> None:
    text = b"Hostname: edge-1\nModel: ex2300-24t\nJunos: 20.4R3.8\n"
    assert show.sniff(name, text) and not show.sniff("unnamed", text)
    good, bad = taken(show, written(text, name))
    assert not bad and ("self", "cli.model", "ex2300-24t") in said(show.read(good))
    with pytest.raises(Trouble, match="no prompt, heading or file name"):
        list(show.take(written(text, "unnamed")))


def test_one_line_that_no_template_knows_costs_only_itself() -> None:
    text = b"sw1#show version\nCisco IOS Software, X Software (X), Version 15.2(7)E3, RELEASE SOFTWARE (fc3)\n"
    text += b"sw1#show vlan brief\n\nVLAN Name Status Ports\n---- ---- ---- ----\n10   OFFICE   active    Gi1/0/1\n"
    text += b"! an operator wrote this\n20   CAMERAS  active    Gi1/0/2\nsw1#\n"
    good, bad = taken(show, written(text))
    names = {value for _, key, value in said(show.read(good)) if key == "network"}
    assert any("CAMERAS" in name for name in names) and any("OFFICE" in name for name in names)
    assert all("are not what cisco_ios prints" in what for what in bad)


def test_a_command_of_several_pages_is_read_whole() -> None:
    lines = b"".join(
        b"Internet  198.51.%d.%d  4   0000.5e00.%02x%02x  ARPA   Vlan10\n" % (n // 250, n % 250 + 1, n // 250, n % 250)
        for n in range(2000)
    )
    text = b"sw1#show version\nCisco IOS Software, X Software (X), Version 15.2(7)E3\nsw1#show ip arp\n"
    text += b"Protocol  Address          Age (min)  Hardware Addr   Type   Interface\n" + lines + b"sw1#exit\n"
    good, bad = taken(show, written(text))
    assert not bad and any("(page 2)" in one.observation.asked for one in good)
    assert sum(key == "ip.address" for _, key, _ in said(show.read(good))) == 2000


def test_the_index_of_templates_is_read() -> None:
    assert (
        len(templates.index()) > 900
        and "huawei_vrp" in templates.platforms()
        and "hp_procurve" in templates.platforms()
    )
    assert templates.template("cisco_ios", "sh ver") == ("cisco_ios_show_version.textfsm",)
    assert templates.template("huawei_vrp", "dis arp brief") == ("huawei_vrp_display_arp_brief.textfsm",)
    assert templates.template("nobody", "show version") == ()


WORST = [" " * 600, "a " * 300, "1.1." * 150, ": " * 300, 'NAME: "' + '", DESCR: "' * 60, "\t-" * 300]


@pytest.mark.parametrize(
    "name",
    [
        "cisco_nxos_show_interface",
        "huawei_vrp_display_lldp_neighbor",
        "cisco_ios_show_lldp_neighbors",
        "huawei_vrp_display_version",
    ],
)
def test_a_hostile_text_is_read_in_linear_time(name: str) -> None:
    platform = "_".join(name.split("_")[:2])
    command = " ".join(name.split("_")[2:])
    began = time.process_time()
    found = templates.parsed(platform, command, [line for line in WORST for _ in range(100)])
    assert found is not None and time.process_time() - began < 5


def test_every_template_that_is_read_exists_and_loads() -> None:
    names = {name for one in templates.index() for name in one.templates}
    read = [
        name
        for name in names
        if rows.reader(name.removesuffix(".textfsm")) or own.is_own(name.removesuffix(".textfsm"))
    ]
    assert len(read) > 200
    for name in read:
        templates._run(name, ("", "x"))


LINES = st.lists(
    st.one_of(
        st.text(max_size=80),
        st.sampled_from(
            [
                line
                for name in ("synthetic-show.txt", "synthetic-display.txt")
                for line in (ANSWERS / name).read_text("utf-8").split("\n")
            ]
        ),
        st.sampled_from(
            [
                "sw1#show version",
                "sw1#show inventory",
                "<a>display lldp neighbor",
                "sw1#show interfaces",
                "a@b> show chassis hardware",
            ]
        ),
    ),
    max_size=30,
)


@settings(max_examples=80, deadline=None)
@given(lines=LINES)
def test_no_log_breaks_the_reader(lines: list[str]) -> None:
    try:
        good, _ = taken(show, written("\n".join(lines).encode("utf-8", "replace")))
    except Trouble:
        return
    for group in dialogues(good):
        for fact in show.read(group):
            assert fact.value and len(fact.value) <= 4096


# Platforms in the folder whose own boxes are of listed makers.
LISTED = {"huawei_ont": "huawei", "huawei_smartax": "huawei", "huawei_vrp": "huawei", "zte_zxros": "zte"}


@pytest.mark.shared
def test_the_outputs_that_are_at_hand_are_read(shared: Path, pack: Pack) -> None:
    giving: Counter[str] = Counter()
    for path in sorted((shared / "corpus" / "cli" / "ntc").glob("*/*.raw")):
        name = "/".join(path.parts[-2:])
        good, _ = taken(show, Source(name, path.read_bytes(), WHEN))
        found = [one for one in judged(good, pack) if one.origins]
        giving[path.parent.name] += any(list(show.read(group)) for group in dialogues(good))
        box = next(iter(found), None)
        listed = LISTED.get(path.parent.name)
        if listed is None:
            assert box is None or box.outcome in ("clear", "unknown"), f"{name}: {box.outcome} {box.maker}"
        elif "display_version" in name or "show_version" in name or "inner_version" in name:
            assert box is not None and (box.outcome, box.maker) == ("covered", listed), name
    total = sum(1 for _ in (shared / "corpus" / "cli" / "ntc").glob("*/*.raw"))
    assert sum(giving.values()) >= total - 4, dict(giving)


VRP = (ANSWERS / "synthetic-display.txt").read_bytes()
PAGERS = [
    b"  ---- More ----\x1b[42D                  \x1b[42D",
    b" --More-- \b\b\b\b\b\b\b\b\b        \b\b\b\b\b\b\b\b\b",
    b"--More-- or (q)uit\n",
    b"-- MORE --, next page: Space, next line: Enter, quit: Control-C\n",
    b"--More--, next page: Space, next line: Return key, quit: Control-c\n",
    b"More: <space>,  Quit: q or CTRL+Z, One line: <return> \n",
    b" ----- more ----- Press Q or Ctrl+C to break -----\n",
    b"Press any key to continue (Q to quit)\n",
    b"lines 1-24\n",
    b"lines 24-31/31 (END)\n",
]
AS_WRITTEN = [
    VRP.replace(b"\n", b"\r\n"),
    VRP.replace(b"\n", b"\r\r\n"),
    VRP.replace(b"\n", b"\r"),
    b"\xff\xfe" + VRP.decode().encode("utf-16-le"),
    b"".join(b"[2026-05-01 10:11:12.345] " + line + b"\n" for line in VRP.split(b"\n")),
    b"".join(b"2026-05-01T10:11:12Z " + line + b"\n" for line in VRP.split(b"\n")),
    b"".join(b"10:11:12.345 " + line + b"\n" for line in VRP.split(b"\n")),
    VRP.replace(b"display arp", b"dis arp").replace(b"display mac", b"disp mac"),
    *(VRP.replace(b"192.0.2.41  ", pager + b"192.0.2.41  ") for pager in PAGERS),
]


@pytest.mark.parametrize("log", AS_WRITTEN)
def test_a_log_says_the_same_however_the_terminal_wrote_it(log: bytes) -> None:
    assert show.sniff("x.log", log[:4096])
    good, bad = taken(show, written(log))
    assert not bad
    assert said(show.read(good)) == said(show.read(taken(show, written(VRP))[0]))


def test_what_begins_with_digits_is_no_stamp() -> None:
    for line in (b"10:11:12:33:44:55 x", b"10.0.0.1 00:11:22", b"2026-05-01 is a day", b"[edit]"):
        assert session.clean(line) == line.decode()


def test_words_are_as_short_as_a_terminal_takes_them() -> None:
    text = b'sw1#sh inv\nNAME: "1", DESCR: "WS-C2960X-24TS-L"\nPID: WS-C2960X-24TS-L  , VID: V03  , SN: FOC0000X001\n'
    text += b"sw1#sh cdp nei\nDevice ID        Local Intrfce     Holdtme    Capability  Platform  Port ID\n"
    text += b"edge-7           Gig 1/0/2         150             R S I  WS-C3850  Gig 1/1/1\n"
    assert show.sniff("x", text) and not session.shows("sh ./run.sh")
    good, bad = taken(show, written(text))
    assert not bad
    assert {("self", "cli.serial", "FOC0000X001"), ("neighbor:cdp.Gig 1/0/2.0", "cdp.device_id", "edge-7")} <= said(
        show.read(good)
    )
    assert templates.template("cisco_ios", "show i") == ()  # fits many


@pytest.mark.parametrize(
    "table",
    [
        b"Local Intf       Neighbor Dev             Neighbor Intf             Exptime(s)\n"
        b"GE0/0/1          edge-9                   GE0/0/24                  113\n",
        b"Local Interface         Exptime(s) Neighbor Interface            Neighbor Device\n"
        b"GE0/0/1                       113 GE0/0/24                      edge-9\n",
    ],
)
def test_what_ntc_templates_lacks_of_vrp(table: bytes) -> None:
    text = b"<hw>dis lldp nei brief\n" + table + b"<hw>display esn\nESN of slot 0: 2102350000000001\n"
    text += b"<hw>dis device manufacture-info\nSlot  Sub  Serial-number          Manu-date\n- - - - - - - -\n"
    good, bad = taken(show, written(text + b"0     -    2102350000000001       2014-03-22\n"))
    assert not bad
    assert {
        ("neighbor:lldp.GE0/0/1.0", "lldp.sys_name", "edge-9"),
        ("neighbor:lldp.GE0/0/1.0", "lldp.port_id", "GE0/0/24"),
        ("self", "cli.serial", "2102350000000001"),
    } <= said(show.read(good))


def test_a_stacks_serials_are_of_its_slots() -> None:
    text = b"<hw>display esn\nESN of slot 0: 2102350000000001\nESN of slot 1: 2102350000000002\n"
    facts = said(show.read(taken(show, written(text))[0]))
    assert ("component:slot 1", "cli.serial", "2102350000000002") in facts
    assert not any(about == "self" and key == "cli.serial" for about, key, _ in facts)
