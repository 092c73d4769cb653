"""Who is plugged in where: what a switch, and only it, would know about the rest of the site."""

from collections.abc import Iterator

from lab.nouns import Device, Interface, Leg, Site, Snmp


def mac_bytes(mac: str) -> bytes:
    return bytes.fromhex(mac.replace(":", ""))


def interfaces(snmp: Snmp) -> Iterator[tuple[int, str, Interface]]:
    """Every interface of an agent: index, name, the declaration it comes from."""
    for block in snmp.interface:
        for at in range(block.count):
            yield block.index + at, block.name.replace("#", str(block.first + at)), block


def interface_name(device: Device, index: int) -> str:
    """The name of a switch's port by its index, `port N` where it declares none."""
    found = interfaces(device.snmp) if device.snmp else iter(())
    return next((name for number, name, _ in found if number == index), f"port {index}")


def ports_heard(site: Site, switch: Device) -> Iterator[tuple[Device, Leg, int, int]]:
    """Each other device whose frames reach `switch`: device, leg, the port it is heard on, its VLAN."""
    for device in site.devices:
        if device.name == switch.name:
            continue
        port = _port_toward(site, switch, device)
        if port is not None:
            for leg in (leg for leg in device.legs if not _upstream(site, leg)):
                yield device, leg, port, _vlan(site, device, leg)


def attached(site: Site, switch: Device) -> Iterator[Device]:
    """Devices plugged straight into `switch`."""
    return (device for device in site.devices if device.attach and device.attach.switch == switch.name)


def _upstream(site: Site, leg: Leg) -> bool:
    return any(subnet.upstream for subnet in site.subnet if subnet.number == leg.subnet)


def _vlan(site: Site, device: Device, leg: Leg) -> int:
    if device.attach and leg.mac == device.mac:
        return device.attach.vlan
    return next(subnet.vlan for subnet in site.subnet if subnet.number == leg.subnet)


def _port_toward(site: Site, switch: Device, device: Device) -> int | None:
    """The port of `switch` that leads to `device`: straight, through a switch below, or up its own uplink."""
    at, seen = device, set[str]()
    while at.attach and at.name not in seen:
        if at.attach.switch == switch.name:
            return at.attach.port
        seen.add(at.name)
        at = site.device(at.attach.switch)
    uplink = [number for number, _, block in interfaces(switch.snmp) if block.alias == "uplink"] if switch.snmp else []
    return uplink[0] if uplink else None


def wired(site: Site, device: Device) -> list[tuple[str, Leg]]:
    """The legs of `device` that have a cable, each with its interface's name in the device's namespace."""
    there = {subnet.number for subnet in site.subnet if subnet.cabled}
    return [(f"eth{at}", leg) for at, leg in enumerate(leg for leg in device.legs if leg.subnet in there)]
