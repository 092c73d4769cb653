"""Addresses and networks out of table indexes (InetAddressType + InetAddress, RFC 4001) and masks. Pure."""

import ipaddress

from agent.decode.walk import octets


def inet(index: str) -> tuple[str, str]:
    """(address, what follows) of an index that starts `type.length.octets`; ("", "") where it does not.

    Zoned types (3, 4) lose their zone. Some agents leave the length out for IPv4: read too.
    """
    kind, _, rest = index.partition(".")
    size = {"1": 4, "2": 16, "3": 8, "4": 20}.get(kind)
    if size is None:
        return "", ""
    parts = rest.split(".")
    if parts[0] == str(size) and len(parts) > size:
        parts = parts[1:]
    elif len(parts) != size:
        return "", ""
    raw = octets(".".join(parts[:size]))[: size - 4 if kind in "34" else size]
    return (str(ipaddress.ip_address(raw)) if len(raw) in (4, 16) else ""), ".".join(parts[size:])


def subnet(address: str, mask: str) -> str:
    """`192.0.2.0/24` from an address and a mask or prefix length; "" for what is no site network.

    That is: default, host, loopback, multicast, link-local and malformed ones.
    """
    try:
        net = ipaddress.ip_network(f"{address}/{mask}", strict=False)
    except ValueError:
        return ""
    if net.prefixlen == 0 or net.prefixlen == net.max_prefixlen or not _ordinary(net.network_address):
        return ""
    return str(net)


def usable(address: str) -> bool:
    """Whether a written address can belong to one device: neither loopback nor multicast, link-local, unspecified."""
    try:
        return _ordinary(ipaddress.ip_address(address))
    except ValueError:
        return False


def _ordinary(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    return not (
        address.is_loopback
        or address.is_multicast
        or address.is_link_local
        or address.is_unspecified
        or (address.version == 4 and (int(address) >> 28 == 15 or int(address) >> 24 == 0))
    )
