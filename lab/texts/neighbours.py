"""What hosts on two subnets know of their neighbours, in the forms of Linux's two commands and of Windows'."""

from collections.abc import Iterator
from ipaddress import ip_address

from lab.nouns import Site
from lab.texts import known
from lab.texts.known import Station


def arp(rows: list[Station]) -> str:
    """`arp -an` of net-tools."""
    return "".join(f"? ({one.address}) at {one.mac} [ether] on eth0\n" for one in rows)


def neigh(rows: list[Station]) -> str:
    """`ip neigh` of iproute2."""
    return "".join(f"{one.address} dev eth0 lladdr {one.mac} STALE\n" for one in rows)


def windows(rows: list[Station]) -> str:
    """`Get-NetNeighbor | Export-Csv` of Windows."""
    head = '"ifIndex","IPAddress","LinkLayerAddress","State","PolicyStore","InterfaceAlias"\n'
    lines = (
        f'"11","{one.address}","{one.mac.upper().replace(":", "-")}","Stale","ActiveStore","Ethernet"\n' for one in rows
    )
    return head + "".join(lines)


FORMS = ((1, "office-arp.txt", arp), (2, "security-neigh.txt", neigh), (2, "security-neighbours.csv", windows))


def files(site: Site) -> Iterator[tuple[str, str]]:
    """Name and text of each: what the router's own table says of the subnet, since a host there sees the same."""
    rows = known.addresses(site, site.device(site.router))
    for number, name, form in FORMS:
        inside = site.network(number)
        yield name, form([one for one in rows if ip_address(one.address) in inside])
