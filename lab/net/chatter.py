"""What the site's devices send without being asked, from their own ports, every few seconds while the lab runs.

Switches keep LLDP, CDP and spanning tree to the cable that they come by: the desk hears those of its own switch only.
"""

import asyncio
import importlib
import socket
from collections.abc import Callable, Iterator
from contextlib import suppress

import msgspec

from lab.net import frames_cdp, frames_lldp, frames_ra, frames_stp
from lab.net.capture import DESK_PORT
from lab.nouns import Device, Leg, Say, Site
from lab.topology import interface_name, wired

EVERY, BETWEEN = 5.0, 0.02
DESKS_SWITCH_PORT = 46  # an interface of the core switch that nothing else is plugged into


class Voice(msgspec.Struct, frozen=True):
    """Frames that leave one interface of `device` together; "" is the desk's switch port, seen from the switch."""

    device: str
    interface: str
    frames: tuple[bytes, ...]


def voices(site: Site) -> Iterator[Voice]:
    """All that is said on the site's links, in order: a server's answers follow its client's questions."""
    yield Voice("", DESK_PORT, tuple(_at_the_desk(site)))
    for device in site.devices:
        if device.wire != "absent" and not device.excluded:
            for interface, leg in wired(site, device):
                yield from _of(site, device, interface, leg)


def _of(site: Site, device: Device, interface: str, leg: Leg) -> Iterator[Voice]:
    if device.name == site.router and leg.ipv6:
        yield Voice(device.name, interface, tuple(frames_ra.frames(site, device, leg, _unsaid("ra"))))
    if leg.mac != device.mac:
        return
    said = {say.frame for say in device.say}
    tacit = (_unsaid("lldp"),) if "lldp" in device.announces and "lldp" not in said and device.attach else ()
    for say in (*tacit, *device.say):
        speaks = importlib.import_module(f"lab.net.frames_{say.frame}")
        yield Voice(device.name, interface, tuple(speaks.frames(site, device, leg, say)))
        if say.frame == "dhcp":
            yield from _served(site, device, leg, say)


def _served(site: Site, device: Device, leg: Leg, say: Say) -> Iterator[Voice]:
    from lab.net.frames_dhcp import answers

    server = site.device(next(subnet.dhcp for subnet in site.subnet if subnet.number == leg.subnet))
    port = next(name for name, each in wired(site, server) if each.subnet == leg.subnet)
    yield Voice(server.name, port, tuple(answers(site, device, leg, say)))


def _unsaid(frame: str) -> Say:
    return Say(frame=frame, source="follows from the device's file")


def _at_the_desk(site: Site) -> Iterator[bytes]:
    """What the desk's switch sends out of the desk's port."""
    switch = site.device(site.router)
    leg, port = switch.legs[0], interface_name(switch, DESKS_SWITCH_PORT)
    vlan = next(subnet.vlan for subnet in site.subnet if subnet.number == 1)
    chassis = next((part for part in (switch.snmp.entity if switch.snmp else ()) if part.type == 3), None)
    told = {"software": chassis.software, "serial": chassis.serial, "maker": chassis.maker} if chassis else {}
    told |= {"model": chassis.model} if chassis else {}
    yield frames_lldp.frame(site, switch, leg, port, told)
    if not site.anonymous:  # the protocol is a maker's name
        yield frames_cdp.frame(site, switch, leg, port, vlan)
    yield frames_stp.frame(switch, leg, DESKS_SWITCH_PORT, vlan)


async def talk(said: list[tuple[Voice, socket.socket]], heard: Callable[[bytes], None]) -> None:
    """Sends all again and again, a little apart. `heard` is given what leaves the desk's switch port."""
    while True:
        for voice, mouth in said:
            for frame in voice.frames:
                with suppress(OSError):  # a port that is shut
                    mouth.send(frame)
                if not voice.device:
                    heard(frame)
            await asyncio.sleep(BETWEEN)
        await asyncio.sleep(EVERY)
