"""Terminal log of a Juniper Junos device: version, hardware, ARP, LLDP neighbours."""

from collections.abc import Iterator

from lab.nouns import Device, Site
from lab.texts import known


def prompt(device: Device) -> str:
    """The operational mode's."""
    return f"reader@{device.snmp.name if device.snmp else device.name}> "


def commands(site: Site, device: Device) -> Iterator[tuple[str, str]]:
    """Each command and what it prints; those of tables that the device does not keep are left out."""
    body = known.chassis(device)
    (version,) = known.version(device, r"JUNOS ([^\s,]+)")
    name = device.snmp.name if device.snmp else device.name
    head = f"Hostname: {name}\nModel: {body.model}\nJunos: {version}"
    yield "show version", f"{head}\nJUNOS Software Release [{version}]"
    title = "Item             Version  Part number  Serial number     Description"
    yield "show chassis hardware", f"Hardware inventory:\n{title}\n{'Chassis':<39}{body.serial:<18}{body.model.upper()}"
    if found := known.addresses(site, device):
        rows = (f"{one.mac} {one.address:<15} {one.port}.0              none" for one in found)
        top = "MAC Address       Address         Interface         Flags"
        yield "show arp no-resolve", "\n".join((top, *rows, f"Total entries: {len(found)}"))
    if near := known.neighbours(site, device):
        top = "Local Interface    Parent Interface    Chassis Id          Port info          System Name"
        rows = (f"{one.port:<18} {'-':<19} {one.device.mac:<19} {one.theirs:<18} {one.name}" for one in near)
        yield "show lldp neighbors", "\n".join((top, *rows))
