"""A crowd of simple devices on the desk's subnet, made from patterns: for measuring, not for showing anything new."""

from collections.abc import Iterator

import msgspec

from lab.nouns import Attach, Device, Page, Port, Site, Snmp, Truth
from model.trouble import UsageTrouble

NET, FIRST, LAST, SUBNET = "10.77.1.0/24", 64, 253, 1
PORTS = (43, 44, 45, 47)  # interfaces of the core switch with an unmanaged switch behind each
SOURCE = "see the like device of this lab; made up for a crowd"


def joined(site: Site, count: int) -> Site:
    """The site with `count` more devices; its first subnet becomes a /24 to hold them. UsageTrouble if they do not fit."""
    if not 0 < count <= LAST - FIRST + 1:
        raise UsageTrouble(f"--crowd {count}", "does not fit", f"name a number from 1 to {LAST - FIRST + 1}")
    net = NET.replace("10.77", site.prefix, 1)
    subnets = tuple(msgspec.structs.replace(each, net=net) if each.number == SUBNET else each for each in site.subnet)
    return msgspec.structs.replace(site, subnet=subnets, devices=(*site.devices, *_devices(count)))


def _devices(count: int) -> Iterator[Device]:
    for at in range(count):
        yield (_camera, _phone, _printer, _computer)[at % 4](at)


def _one(at: int, kind: str, block: str, maker: str, ports: tuple[Port, ...], words: tuple[str, ...] = ()) -> Device:
    covered = maker in ("hikvision", "dahua")
    return Device(
        name=f"crowd-{kind}-{at:03d}",
        kind=kind,
        about="one of a crowd",
        truth=Truth(
            verdict="covered" if covered else "not-accused",
            maker=maker,
            why="its web server and realm name its maker" if covered else "names no listed maker",
        ),
        mac=f"{block}:c0:{at >> 8:02x}:{at & 255:02x}",
        mac_source=SOURCE,
        subnet=SUBNET,
        host=FIRST + at,
        words=words,
        attach=Attach(switch="core-switch", port=PORTS[at % len(PORTS)], vlan=10),
        port=ports,
    )


def _page(number: int, title: str, *headers: tuple[str, str], status: int = 200) -> Port:
    body = f"<html><head><title>{title}</title></head><body></body></html>"
    page = Page(source=SOURCE, status=status, headers=(*headers, ("Content-Type", "text/html")), body=body)
    return Port(number=number, speaks="http", source=SOURCE, page=(page,))


def _camera(at: int) -> Device:
    """Every second one of a listed maker."""
    if at % 8:
        return _one(at, "camera", "ac:cc:8e", "axis", (_page(80, "AXIS P3245-V"),), ("AXIS", "P3245-V"))
    realm = ("WWW-Authenticate", f'Digest qop="auth", realm="IP Camera(C{at:04d})", nonce="4c4142{at:014x}"')
    web = _page(80, "", ("Server", "App-webs/"), realm, status=401)
    return _one(at, "camera", "44:19:b6", "hikvision", (web,), ("App-webs", "IP Camera("))


def _phone(at: int) -> Device:
    agent = "User-Agent: Yealink SIP-T46S 66.85.0.5\nAllow: INVITE, ACK, BYE, CANCEL, OPTIONS"
    sip = Port(number=5060, protocol="udp", speaks="sip", source=SOURCE, answer=agent)
    return _one(at, "phone", "80:5e:c0", "yealink", (sip,), ("Yealink", "T46S"))


def _printer(at: int) -> Device:
    """An agent beside its never-touch port."""
    raw = Port(number=9100, speaks="hold", source=SOURCE)
    snmp = Snmp(
        source=SOURCE,
        descr="HP ETHERNET MULTI-ENVIRONMENT,PID:HP LaserJet Pro M404dn",
        object_id="1.3.6.1.4.1.11.2.3.9.1",
        name=f"crowd-{at:03d}",
    )
    made = _one(at, "printer", "3c:d9:2b", "hp", (raw,), ("HP ", "LaserJet", "M404dn"))
    return msgspec.structs.replace(made, snmp=snmp)


def _computer(at: int) -> Device:
    ssh = Port(number=22, speaks="banner", source=SOURCE, answer="SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u2\r\n")
    return _one(at, "computer", "02:4c:41", "", (ssh,))
