"""Terminal log of a MikroTik router: the board, and ARP."""

from collections.abc import Iterator

from lab.nouns import Device, Site
from lab.texts import known


def prompt(device: Device) -> str:
    """The shell's."""
    return f"[reader@{device.snmp.name if device.snmp else device.name}] > "


def commands(site: Site, device: Device) -> Iterator[tuple[str, str]]:
    """Each command and what it prints."""
    (model,) = known.version(device, r"RouterOS (\S+)")
    rows = {"routerboard": "yes", "model": model, "serial-number": "HFE0LAB0002", "firmware-type": "al64"}
    rows |= {"factory-firmware": "7.4.1", "current-firmware": "7.12.1", "upgrade-firmware": "7.12.1"}
    yield "/system routerboard print", "\n".join(f"  {title:>18}: {value}" for title, value in rows.items())
    if found := known.addresses(site, device):
        lines = (
            f"{at:>2} DC address={one.address} mac-address={one.mac.upper()} interface={one.port} published=no"
            for at, one in enumerate(found)
        )
        yield "/ip arp print terse without-paging", "\n".join(lines)
