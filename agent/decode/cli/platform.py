"""Which templates fit a log: a neutral guess, for parsing only. Who made the device is judged by rules, on facts."""

import re

from agent.decode.cli import templates

SAMPLE = 400  # lines of a section in which words are looked for
TRIED, MOST = 100, 8  # lines and sections that every platform's templates are tried on
# What version texts say of the system that printed them; the first that is found counts.
_SIGNS = tuple(
    (name, re.compile(pattern))
    for name, pattern in (
        ("cisco_xr", r"Cisco IOS XR Software|IOS-XR"),
        ("cisco_nxos", r"Cisco Nexus Operating System|NX-?OS"),
        ("cisco_asa", r"Cisco Adaptive Security Appliance|Firepower Extensible"),
        ("cisco_ios", r"Cisco IOS Software|Cisco Internetwork Operating System|IOS[ -]XE|IOS \(tm\)"),
        ("huawei_smartax", r"(?m)^[ \t]*PRODUCT[ \t]*: *MA5\d|SmartAX"),
        ("huawei_vrp", r"Versatile Routing Platform|VRP \(R\)|YunShan OS"),
        ("hp_comware", r"Comware|H3C"),
        ("zte_zxros", r"ZXR10|ZXCTN|ZXROS|ZTE Corporation"),
        ("juniper_junos", r"JUNOS |(?m:^Junos: )"),
        ("arista_eos", r"(?m)^Arista |Arista DCS"),
        ("aruba_aoscx", r"ArubaOS-CX|AOS-CX"),
        ("aruba_os", r"ArubaOS|Aruba Operating System"),
        ("hp_procurve", r"ProCurve|Image stamp:|(?m:^HP .* Switch)"),
        ("fortinet", r"Forti(?:Gate|OS|Wifi)"),
        ("paloalto_panos", r"(?m)^(?:sw-version|panorama-version): "),
        ("checkpoint_gaia", r"Check Point Gaia"),
        ("ruckus_fastiron", r"Ruckus (?:Wireless|Networks)|CommScope"),
        ("brocade_fastiron", r"Brocade Communications|Foundry Networks"),
        ("ubiquiti_edgeswitch", r"EdgeSwitch"),
        ("ubiquiti_edgerouter", r"EdgeRouter|EdgeOS|Ubiquiti"),
        ("vyatta_vyos", r"VyOS|Vyatta"),
        ("mikrotik_routeros", r"RouterOS|MikroTik"),
        ("extreme_exos", r"ExtremeXOS"),
        ("dell_force10", r"Dell (?:Force10|EMC Networking|Networking|Real Time)"),
        ("allied_telesis_awplus", r"AlliedWare Plus"),
        ("alcatel_aos", r"Alcatel-Lucent (?:Enterprise )?OS"),
        ("eltex", r"Eltex|MES\d{4}"),
        ("edgecore", r"Edge-?[Cc]ore"),
    )
)
_OF_OTHERS = re.compile(r"(?i)lldp|cdp|arp|mac|neighbor")


def guessed(outputs: list[tuple[str, list[str]]]) -> str:
    """The platform of (command, lines of its output) of one host; "" where no template fits any of it."""
    own = "\n".join("\n".join(lines[:SAMPLE]) for command, lines in outputs if not _OF_OTHERS.search(command))
    signed = next((name for name, sign in _SIGNS if sign.search(own[:200_000])), "")
    if signed and any(templates.template(signed, command) for command, _ in outputs):
        return signed
    return _fitting(outputs)


def _fitting(outputs: list[tuple[str, list[str]]]) -> str:
    """The platform whose templates read most rows and lose the fewest lines."""
    best = max(
        ((_worth(name, outputs), name) for name in sorted(templates.platforms(), reverse=True)), default=((0, 0), "")
    )
    return best[1] if best[0][0] > 0 else ""


def _worth(name: str, outputs: list[tuple[str, list[str]]]) -> tuple[int, int]:
    """(rows beyond the lines lost, rows) of the sections that it reads. One of which it reads nothing speaks neither for nor against it."""
    rows = lost = 0
    for command, lines in outputs[:MOST]:
        found = templates.parsed(name, command, lines[:TRIED])
        if found is not None and len(found.rows) > len(found.unread):
            rows, lost = rows + len(found.rows), lost + len(found.unread)
    return rows - lost, rows
