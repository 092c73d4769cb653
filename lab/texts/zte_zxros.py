"""Terminal log of a ZTE ZXROS switch: version, and ARP where it keeps one. Its MAC table's form is not known well enough."""

from collections.abc import Iterator

from lab.nouns import Device, Site
from lab.texts import known


def prompt(device: Device) -> str:
    """The shell's, in privileged mode."""
    return f"{device.snmp.name if device.snmp else device.name}#"


def commands(site: Site, device: Device) -> Iterator[tuple[str, str]]:
    """Each command and what it prints."""
    (version,) = known.version(device, r"Version (\S+)")
    head = f"ZTE {known.chassis(device).model} Software, Version: {version}, Release software"
    rest = f"Copyright (c) 2001-2019 by ZTE Corporation\nSystem image files are flash:</img/{version}.zar>"
    yield "show version", f"{head}\n{rest}\n{prompt(device)[:-1]} uptime is 9 day(s), 3 hour(s), 4 minute(s)"
    yield "show interface", "\n".join(_interface(site, device))
    if found := known.addresses(site, device):
        yield "show arp", "\n".join(_arp(found))


def _interface(site: Site, device: Device) -> Iterator[str]:
    """Its management interface alone: the one with its address and MAC."""
    yield "vlan10 is up, ifindex: 10"
    yield "  Line protocol is up, IPv4 protocol is up, IPv6 protocol is down,"
    yield f"  Hardware is VLAN, address is {known.dotted(device.mac)}"
    yield f"  Internet address is {site.address(device.legs[0])}/{site.network(device.subnet).prefixlen}"
    yield "  IP MTU 1500 bytes"


def _arp(found: list[known.Station]) -> Iterator[str]:
    yield f"The count is {len(found)}"
    yield "IP              Hardware                         Exter  Inter  Sub"
    yield "Address         Age      Address        Interface      VlanID VlanID Interface"
    yield "-" * 80
    yield from (f"{one.address:<16}00:02:11 {known.dotted(one.mac)} {one.port:<14} N/A    N/A    N/A" for one in found)
