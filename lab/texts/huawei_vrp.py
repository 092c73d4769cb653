"""Terminal log of a Huawei VRP switch or router: version, ARP, MAC addresses, LLDP neighbours."""

from collections.abc import Iterator

from lab.nouns import Device, Site
from lab.texts import known

SHORT = {"XGigabitEthernet": "XGE", "GigabitEthernet": "GE"}
LINE = "-" * 79


def prompt(device: Device) -> str:
    """The user view's."""
    return f"<{device.snmp.name if device.snmp else device.name}>"


def commands(site: Site, device: Device) -> Iterator[tuple[str, str]]:
    """Each command and what it prints; those of tables that the device does not keep are left out."""
    vrp, product = known.version(device, r"Version (\S+) \(([^)]+)\)")
    model = known.chassis(device).model
    head = "Huawei Versatile Routing Platform Software"
    body = f"VRP (R) software, Version {vrp} ({product})\nCopyright (C) 2000-2020 HUAWEI TECH CO., LTD"
    yield "display version", f"{head}\n{body}\nHUAWEI {model} uptime is 1 week, 2 days, 3 hours, 4 minutes"
    yield "display interface", "\n".join(_interface(site, device))
    if found := known.addresses(site, device):
        yield "display arp all", "\n".join(_arp(found))
    if found := known.stations(site, device):
        yield "display mac-address", "\n".join(_table(found))
    if near := known.neighbours(site, device):
        yield "display lldp neighbor", "\n".join(_near(near))


def _interface(site: Site, device: Device) -> Iterator[str]:
    """Its management interface alone: the one with its address and MAC."""
    yield f"{'Vlanif10' if device.kind == 'switch' else 'GigabitEthernet0/0/1'} current state : UP"
    yield "Line protocol current state : UP"
    yield "Description:"
    yield "Route Port,The Maximum Transmit Unit is 1500"
    yield f"Internet Address is {site.address(device.legs[0])}/{site.network(device.subnet).prefixlen}"
    yield f"IP Sending Frames' Format is PKTFMT_ETHNT_2, Hardware address is {known.dotted(device.mac, '-')}"


def short(port: str) -> str:
    """`GE0/0/7` for `GigabitEthernet0/0/7`."""
    return next((port.replace(long, brief, 1) for long, brief in SHORT.items() if port.startswith(long)), port)


def _arp(found: list[known.Station]) -> Iterator[str]:
    yield "IP ADDRESS      MAC ADDRESS     EXPIRE(M) TYPE        INTERFACE   VPN-INSTANCE"
    yield "                                          VLAN/CEVLAN"
    yield LINE
    yield from (
        f"{one.address:<16}{known.dotted(one.mac, '-'):<16}17        D-0         {short(one.port)}" for one in found
    )
    yield LINE
    yield f"Total:{len(found):<10}Dynamic:{len(found):<8}Static:0     Interface:0"


def _table(found: list[known.Station]) -> Iterator[str]:
    yield LINE
    yield "MAC Address    VLAN/VSI/BD                       Learned-From        Type"
    yield LINE
    vlans = ((one, f"{one.vlan}/-/-") for one in found)
    yield from (f"{known.dotted(one.mac, '-')} {vlan:<33} {short(one.port):<19} dynamic" for one, vlan in vlans)
    yield LINE
    yield f"Total items displayed = {len(found)}"


def _near(found: list[known.Neighbour]) -> Iterator[str]:
    for one in found:
        yield f"{one.port} has 1 neighbor(s):"
        yield ""
        rows = {"Neighbor index": "1", "Chassis type": "MAC Address", "Chassis ID": known.dotted(one.device.mac, "-")}
        rows |= {"Port ID type": "Interface Name", "Port ID": one.theirs, "Port description": one.theirs}
        rows |= {"System name": one.name, "System description": one.descr.replace("\r", "")}
        rows |= {"System capabilities supported": "bridge", "System capabilities enabled": "bridge"}
        rows |= {"Management address type": "ipV6" if ":" in one.address else "ipV4"}
        rows |= {"Management address value": one.address, "OID": "0.0.", "Expired time": "104s"}
        rows |= {_TITLES[key]: value for key, value in one.inventory.items() if key in _TITLES}
        yield from (f"{title:<30}:{value}" for title, value in rows.items())
        yield ""


_TITLES = {"hardware": "HardwareRev", "firmware": "FirmwareRev", "software": "SoftwareRev", "serial": "SerialNum"}
_TITLES |= {"maker": "Manufacturer name", "model": "Model name"}
