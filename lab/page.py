"""The table of devices in docs/lab.md: `python -m lab.page docs/lab.md` renews what is between its two marks."""

import sys
from pathlib import Path

from lab import reading
from lab.nouns import Device, Site

BEGIN, END = "<!-- devices: written by `python -m lab.page docs/lab.md` -->", "<!-- end of devices -->"
_HEAD = "| device | address | what it is | talks | expected |\n|---|---|---|---|---|\n"


def table(site: Site) -> str:
    """One row per device, in order of address; those without one last."""
    ordered = sorted(site.devices, key=lambda device: _place(site, device))
    return _HEAD + "".join(f"{_row(site, device)}\n" for device in ordered)


def _place(site: Site, device: Device) -> tuple[bool, int, int, str]:
    return (not site.addresses(device.legs[0]), device.subnet, device.host, device.name)


def _row(site: Site, device: Device) -> str:
    own = [*(site.address(leg) for leg in device.legs), *(next(iter(site.addresses6(leg)), "") for leg in device.legs)]
    addresses = ", ".join(filter(None, own)) or f"none ({device.mac})"
    ports = [f"{port.protocol}/{port.number}" for port in device.port]
    versions = " and ".join(device.snmp.access) or "engine id only" if device.snmp else ""
    talks = {"absent": "not on the wire", "arp-only": "ARP only"}.get(device.wire, "")
    talks = talks or ", ".join([*ports, *([f"SNMP {versions}"] if device.snmp else [])])
    verdict = f"{device.truth.verdict}: {device.truth.why}"
    return f"| {device.name} | {addresses} | {device.about} | {talks}{', excluded' * device.excluded} | {verdict} |"


def written(page: str, site: Site) -> str:
    """The page with its table renewed."""
    before, _, rest = page.partition(BEGIN)
    return f"{before}{BEGIN}\n{table(site)}{END}{rest.partition(END)[2]}"


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.write_text(written(target.read_text(), reading.site()))
