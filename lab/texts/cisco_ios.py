"""Terminal log of a Cisco IOS switch: version, inventory, ARP, IPv6 neighbours, MAC addresses, LLDP neighbours."""

from collections.abc import Iterator

from lab.nouns import Device, Site
from lab.texts import known

SHORT = {"TenGigabitEthernet": "Te", "GigabitEthernet": "Gi", "Port-channel": "Po"}


def prompt(device: Device) -> str:
    """The shell's, in privileged mode."""
    return f"{device.snmp.name if device.snmp else device.name}#"


def commands(site: Site, device: Device) -> Iterator[tuple[str, str]]:
    """Each command and what it prints; those of tables that the switch does not keep are left out."""
    yield "show version", _version(device)
    yield "show inventory", "\n".join(_inventory(device))
    if found := known.addresses(site, device):
        head = "Protocol  Address          Age (min)  Hardware Addr   Type   Interface"
        rows = (f"Internet  {one.address:<15} {3:>10}   {known.dotted(one.mac)}  ARPA   {one.port}" for one in found)
        yield "show ip arp", "\n".join((head, *rows))
    if found := known.addresses6(site, device):
        head = "IPv6 Address                              Age Link-layer Addr State Interface"
        rows = (f"{one.address:<41} {2:>3} {known.dotted(one.mac)}  REACH {one.port}" for one in found)
        yield "show ipv6 neighbors", "\n".join((head, *rows))
    if found := known.stations(site, device):
        yield "show mac address-table", "\n".join(_table(found))
    if near := known.neighbours(site, device):
        yield "show lldp neighbors detail", "\n".join(_near(near))


def short(port: str) -> str:
    """`Te1/0/7` for `TenGigabitEthernet1/0/7`."""
    return next((port.replace(long, brief, 1) for long, brief in SHORT.items() if port.startswith(long)), port)


def _version(device: Device) -> str:
    body, name = known.chassis(device), prompt(device)[:-1]
    return "\n".join(
        (
            (device.snmp.descr if device.snmp else "").replace("\r", ""),
            "",
            f"{name} uptime is 1 week, 2 days, 3 hours, 4 minutes",
            'System image file is "flash:packages.conf"',
            "",
            f"cisco {body.model} (lab) processor with 1331521K/6147K bytes of memory.",
            f"Processor board ID {body.serial}",
            f"Base Ethernet MAC Address          : {device.mac}",
            "Configuration register is 0x102",
        )
    )


def _inventory(device: Device) -> Iterator[str]:
    for part in known.parts(device):
        yield f'NAME: "{part.name or part.descr}", DESCR: "{part.descr}"'
        yield f"PID: {part.model:<18}, VID: {part.hardware:<4}, SN: {part.serial}"
        yield ""


def _table(found: list[known.Station]) -> Iterator[str]:
    yield "          Mac Address Table"
    yield "-------------------------------------------"
    yield ""
    yield "Vlan    Mac Address       Type        Ports"
    yield "----    -----------       --------    -----"
    yield from (f"{one.vlan:>4}    {known.dotted(one.mac)}    DYNAMIC     {short(one.port)}" for one in found)
    yield f"Total Mac Addresses for this criterion: {len(found)}"


def _near(found: list[known.Neighbour]) -> Iterator[str]:
    for one in found:
        yield "------------------------------------------------"
        yield f"Local Intf: {short(one.port)}"
        yield f"Chassis id: {known.dotted(one.device.mac)}"
        yield f"Port id: {one.theirs}"
        yield f"Port Description: {one.theirs}"
        yield f"System Name: {one.name}"
        yield from ("", "System Description: ", *one.descr.replace("\r", "").split("\n"), "")
        yield "Time remaining: 101 seconds"
        yield from ("System Capabilities: B,R", "Enabled Capabilities: B", "Management Addresses:")
        yield f"    {'IPV6' if ':' in one.address else 'IP'}: {one.address}"
        yield from ("Vlan ID: - not advertised", "")
        yield from _inventory_of(one.inventory)
    yield ""
    yield f"Total entries displayed: {len(found)}"


def _inventory_of(told: dict[str, str]) -> Iterator[str]:
    titles = {"hardware": "H/W revision", "firmware": "F/W revision", "software": "S/W revision"}
    titles |= {"serial": "Serial number", "maker": "Manufacturer", "model": "Model"}
    if told:
        yield from ("MED Information:", "")
        yield from (f"    {title}: {told[key]}" for key, title in titles.items() if key in told)
        yield "    Device type: Endpoint Class III"
        yield ""
