"""The leases that the site's DHCP servers gave: one subnet's in dnsmasq's and Kea's forms, another's in ISC dhcpd's and Windows'."""

from collections.abc import Iterator
from datetime import UTC, datetime

import msgspec

from lab.nouns import Device, Site
from lab.speech.setting import filled

HOURS, HOUR = 24, 3600


class Lease(msgspec.Struct, frozen=True):
    """One client's."""

    address: str
    mac: str
    host: str
    vendor: str


def given(site: Site, number: int) -> Iterator[Lease]:
    """Leases of a subnet: its devices that ask for one."""
    for device in site.devices:
        for say in device.say:
            if say.frame == "dhcp" and device.subnet == number and device.wire != "absent":
                fields = {name: filled(site, device, value) for name, value in say.fields}
                yield _lease(site, device, fields)


def _lease(site: Site, device: Device, fields: dict[str, str]) -> Lease:
    return Lease(site.address(device.legs[0]), device.mac, fields.get("host", ""), fields.get("class", ""))


def dnsmasq(leases: list[Lease], now: float) -> str:
    """`END MAC ADDRESS NAME CLIENT-ID` a line (dnsmasq(8), --dhcp-leasefile)."""
    until = int(now) + HOURS * HOUR
    return "".join(f"{until} {one.mac} {one.address} {one.host or '*'} 01:{one.mac}\n" for one in leases)


def isc(leases: list[Lease], now: float) -> str:
    """dhcpd.leases(5); times are UTC."""
    start, until = (
        datetime.fromtimestamp(at, UTC).strftime("%w %Y/%m/%d %H:%M:%S") for at in (now, now + HOURS * HOUR)
    )
    return "# The format of this file is documented in the dhcpd.leases(5) manual page.\n\n" + "".join(
        "\n".join((f"lease {one.address} {{", *_lines(one, start, until), "}", "")) for one in leases
    )


def _lines(one: Lease, start: str, until: str) -> Iterator[str]:
    yield f"  starts {start};"
    yield f"  ends {until};"
    yield "  binding state active;"
    yield f"  hardware ethernet {one.mac};"
    if one.vendor:
        yield f'  set vendor-class-identifier = "{one.vendor}";'
    if one.host:
        yield f'  client-hostname "{one.host}";'


def kea(leases: list[Lease], now: float) -> str:
    """The file of Kea's memfile backend for IPv4 (Kea's reference manual, lease file's format)."""
    head = "address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,hostname,state,user_context,pool_id\n"
    until, lasts = int(now) + HOURS * HOUR, HOURS * HOUR
    return head + "".join(f"{one.address},{one.mac},,{lasts},{until},1,0,0,{one.host},0,,0\n" for one in leases)


def windows(leases: list[Lease], now: float) -> str:
    """What `Get-DhcpServerv4Lease | Export-Csv` writes on Windows Server."""
    columns = "IPAddress ScopeId AddressState ClientId ClientType Description HostName LeaseExpiryTime ServerIP".split()
    until = datetime.fromtimestamp(now + HOURS * HOUR, UTC).strftime("%Y-%m-%dT%H:%M:%S")
    rows = [columns]
    for one in leases:
        scope, host = one.address.rpartition(".")[0] + ".0", one.mac.replace(":", "-")
        rows.append([one.address, scope, "Active", host, "Dhcp", "", one.host, until, scope[:-1] + "1"])
    return "".join(",".join(f'"{cell}"' for cell in row) + "\n" for row in rows)


FORMS = (
    (1, "dnsmasq-office.leases", dnsmasq),
    (1, "kea-office.csv", kea),
    (2, "dhcpd-security.leases", isc),
    (2, "windows-security.csv", windows),
)


def files(site: Site, now: float) -> Iterator[tuple[str, str]]:
    """Name and text of each lease file. `now`: seconds since 1970, when the leases were given."""
    for number, name, form in FORMS:
        if leases := list(given(site, number)):
            yield name, form(leases, now)


def clients(site: Site) -> list[Device]:
    """Devices that hold a lease in one of the files."""
    return [device for device in site.devices if any(say.frame == "dhcp" for say in device.say)]
