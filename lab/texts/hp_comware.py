"""Terminal log of an H3C (or HP) Comware switch: version, manufacturing data, ARP, MAC addresses, LLDP neighbours."""

from collections.abc import Iterator

from lab.nouns import Device, Site
from lab.texts import known


def prompt(device: Device) -> str:
    """The user view's."""
    return f"<{device.snmp.name if device.snmp else device.name}>"


def commands(site: Site, device: Device) -> Iterator[tuple[str, str]]:
    """Each command and what it prints; those of tables that the switch does not keep are left out."""
    body = known.chassis(device)
    (version,) = known.version(device, r"Software, (?:Software )?(Version \S+, Release \w+)")
    head = f"{body.maker} Comware Software, {version}\n{body.model} uptime is 1 week, 2 days, 3 hours, 4 minutes"
    yield "display version", head
    yield "display device manuinfo", "\n".join(_made(device))
    if found := known.addresses(site, device):
        rows = (f"{one.address:<15} {known.dotted(one.mac, '-')} 1          {one.port:<25} 960   D" for one in found)
        title = "IP address      MAC address    VLAN/VSI   Interface                 Aging Type"
        yield "display arp", "\n".join((title, *rows))
    if found := known.stations(site, device):
        title = "MAC Address      VLAN ID    State            Port/Nickname            Aging"
        rows = (f"{known.dotted(one.mac, '-')}   {one.vlan:<10} Learned          {one.port:<24} Y" for one in found)
        yield "display mac-address", "\n".join((title, *rows))
    if near := known.neighbours(site, device):
        yield "display lldp neighbor-information verbose", "\n".join(_near(near))


def _made(device: Device) -> Iterator[str]:
    body = known.chassis(device)
    yield "Slot 1 CPU 0:"
    rows = {
        "DEVICE_NAME": body.model,
        "DEVICE_SERIAL_NUMBER": body.serial,
        "MAC_ADDRESS": known.dotted(device.mac, "-"),
    }
    rows |= {"MANUFACTURING_DATE": "2021-04-12", "VENDOR_NAME": body.maker}
    yield from (f"{title:<21}: {value}" for title, value in rows.items())


def _near(found: list[known.Neighbour]) -> Iterator[str]:
    for at, one in enumerate(found, start=1):
        yield f"LLDP neighbor-information of port {at}[{one.port}]:"
        yield "LLDP agent nearest-bridge:"
        rows = {"LLDP neighbor index": "1", "Update time": "0 days, 3 hours, 4 minutes", "Chassis type": "MAC address"}
        rows |= {"Chassis ID": known.dotted(one.device.mac, "-"), "Port ID type": "Interface name"}
        rows |= {"Port ID": one.theirs, "Time to live": "121", "Port description": one.theirs}
        rows |= {"System name": one.name, "System description": one.descr.replace("\r", "").replace("\n", " ")}
        rows |= {"Management address type": "IPv6" if ":" in one.address else "IPv4", "Management address": one.address}
        rows |= {"Management address interface type": "IfIndex", "Management address interface ID": "1"}
        rows |= {"Management address OID": "0", "Port VLAN ID(PVID)": "1", "Maximum frame size": "1518"}
        yield from (f" {title:<34}: {value}" for title, value in rows.items())
        yield ""
