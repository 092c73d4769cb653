"""What a wireless controller knows: its networks, access points and their clients (AIRESPACE-WIRELESS-MIB)."""

from collections.abc import Iterator

from lab.nouns import Device, Site
from lab.snmp import ber
from lab.snmp.view import Row
from lab.topology import attached, mac_bytes

TREE = (1, 3, 6, 1, 4, 1, 14179, 2)
ESS, POINT, CLIENT = (*TREE, 1, 1, 1), (*TREE, 2, 1, 1), (*TREE, 1, 4, 1)


def rows(site: Site, device: Device) -> Iterator[Row]:
    """One network for each VLAN that has a wireless client; access points that announce themselves by CDP, as this maker's do."""
    points = [other for other in site.devices if other.kind == "access point" and "cdp" in other.announces]
    clients = [(point, client) for point in points for client in attached(site, point)]
    vlans = {client.attach.vlan for _, client in clients if client.attach}
    names = {vlan.id: vlan.name for vlan in site.vlan}
    for at, vlan in enumerate(sorted(vlans), start=1):
        yield (*ESS, 2, at), ber.octets(names[vlan].encode())
    for point in points:
        yield from _point(site, point)
    for point, client in clients:
        if client.attach:
            yield from _client(site, point, client, names[client.attach.vlan])


def _point(site: Site, point: Device) -> Iterator[Row]:
    index = mac_bytes(point.mac)
    octets = bytes(int(part) for part in site.address(point.legs[0]).split("."))
    texts = {
        3: f"{point.kind}-{point.host}",
        16: point.platform.rpartition(" ")[2],
        17: f"FGL2LAB{point.mac[-5:].replace(':', '')}".upper(),
    }
    yield (*POINT, 1, *index), ber.octets(index)
    yield from (((*POINT, column, *index), ber.octets(text.encode())) for column, text in texts.items())
    yield (*POINT, 19, *index), ber.tlv(ber.IP, octets)
    yield (*POINT, 33, *index), ber.octets(index)


def _client(site: Site, point: Device, client: Device, ssid: str) -> Iterator[Row]:
    index = mac_bytes(client.mac)
    octets = bytes(int(part) for part in (site.address(client.legs[0]) or "0.0.0.0").split("."))
    yield (*CLIENT, 1, *index), ber.octets(index)
    yield (*CLIENT, 2, *index), ber.tlv(ber.IP, octets)
    yield (*CLIENT, 4, *index), ber.octets(mac_bytes(point.mac))
    yield (*CLIENT, 7, *index), ber.octets(ssid.encode())
