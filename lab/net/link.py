"""All that needs raw sockets: ARP-only devices, what devices say unasked, captures, the switch port that may shut."""

import asyncio
import socket
from typing import TYPE_CHECKING

from lab.describe import Files
from lab.engine import Engine
from lab.net import arp, kernel
from lab.net.capture import DESK_PORT, Capture
from lab.net.chatter import Voice, talk, voices
from lab.net.security import PortSecurity
from lab.nouns import Site
from lab.record import Record

if TYPE_CHECKING:
    from lab.net.wires import Wires


class Link:
    """The site's raw sockets, opened where they belong. `rate`: see PortSecurity, 0 for a port that never shuts."""

    def __init__(
        self, site: Site, engine: Engine, wires: "Wires", files: Files, record: Record, rate: int, mirror: bool
    ) -> None:
        self._wires, self._loop = wires, asyncio.get_running_loop()
        for device in (device for device in site.devices if device.wire == "arp-only"):
            with kernel.inside(wires.devices[device.name]):
                engine.answer_arp(device, arp.listen("eth0"))
        with kernel.inside(wires.wire):
            self._desk = self._capture(DESK_PORT, files)
            self._mirror = self._capture("", files) if mirror else None
            self._guard = self._guarded(rate, record) if rate else None
        self._mouths = [(voice, self._mouth(voice)) for voice in voices(site) if voice.frames]
        heard = self._mirror.write if self._mirror else lambda frame: None
        self._talking = self._loop.create_task(talk(self._mouths, heard))

    def _capture(self, interface: str, files: Files) -> Capture:
        made = Capture(interface, files.capture if interface else files.mirror)
        self._loop.add_reader(made.socket, made.take)
        return made

    def _guarded(self, rate: int, record: Record) -> PortSecurity:
        made = PortSecurity(DESK_PORT, rate, lambda event: record.note("", "arp", 0, "desk", event))
        self._loop.add_reader(made.socket, made.take)
        return made

    def _mouth(self, voice: Voice) -> socket.socket:
        """A raw socket that only sends."""
        with kernel.inside(self._wires.devices[voice.device] if voice.device else self._wires.wire):
            made = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
            made.bind((voice.interface, 0))
        made.setblocking(False)
        return made

    async def close(self) -> int:
        """Falls silent and ends the captures; the number of frames that the desk's capture lost."""
        self._talking.cancel()
        await asyncio.gather(self._talking, return_exceptions=True)
        for _, mouth in self._mouths:
            mouth.close()
        if self._guard:
            self._loop.remove_reader(self._guard.socket)
            self._guard.close()
        if self._mirror:
            self._loop.remove_reader(self._mirror.socket)
            self._mirror.close()
        self._loop.remove_reader(self._desk.socket)
        return self._desk.close()
