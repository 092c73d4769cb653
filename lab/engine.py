"""Serves every port of every device from one loop; sockets are opened where a device lives, then treated alike."""

import asyncio
import importlib
import socket
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol

import msgspec

from lab import certificates
from lab.datagrams import Answering, Ear
from lab.net import arp
from lab.nouns import Device, Port, Site
from lab.record import Record
from lab.speech.setting import Keys, Setting
from lab.topology import mac_bytes

SNMP = Port(number=161, speaks="snmp", source="see the agent", protocol="udp")
HUNG_UP = (ConnectionError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError)


class Spot(msgspec.Struct, frozen=True):
    """One address of a device, and the interface that bears it ("" on loopback)."""

    address: str
    interface: str = ""


class Ground(Protocol):
    """Where devices live: lab/net/ground.py in namespaces, lab/net/loopback.py without them."""

    def spots(self, device: Device) -> list[Spot]:
        """The addresses at which a device is reached; none if it is not on the wire here."""

    def bound(self, device: Device, spot: Spot, kind: socket.SocketKind, port: int) -> tuple[socket.socket, int]:
        """A socket bound there, and the port that it really got."""

    def ears(self, device: Device, spot: Spot, port: Port) -> list[Ear]:
        """Sockets that hear the groups and broadcasts of a UDP port at the spot's interface."""


class Engine:
    """All devices of a site, talking. `ports` maps address and `tcp/80`-like names to the ports really opened."""

    def __init__(self, site: Site, keys: Keys, record: Record, folder: Path, ground: Ground) -> None:
        self._site, self._keys, self._record, self._folder, self._ground = site, keys, record, folder, ground
        self._servers: list[asyncio.Server] = []
        self._ears: list[socket.socket] = []
        self._talks: set[asyncio.Task[None]] = set()
        self.ports: dict[str, dict[str, int]] = {}

    async def open(self) -> None:
        """Opens every port of every device that is on the wire."""
        for device in self._site.devices:
            for spot in self._ground.spots(device):
                for port in (*device.port, *((SNMP,) if device.snmp else ())):
                    await self._open(device, spot, port)

    async def _open(self, device: Device, spot: Spot, port: Port) -> None:
        kind = socket.SOCK_STREAM if port.protocol == "tcp" else socket.SOCK_DGRAM
        made, number = self._ground.bound(device, spot, kind, port.number)
        self.ports.setdefault(spot.address, {})[f"{port.protocol}/{port.number}"] = number
        speech = importlib.import_module(f"lab.speech.{port.speaks}")
        if port.protocol == "tcp":
            await self._serve(device, port, made, speech)
        else:
            self._answer(device, port, made, self._ground.ears(device, spot, port), speech)

    async def _serve(self, device: Device, port: Port, made: socket.socket, speech: Any) -> None:
        async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            setting = self._setting(device, port, writer.get_extra_info("peername"))
            setting.note("connected")
            try:
                await speech.serve(setting, reader, writer)
            except HUNG_UP as fault:
                setting.note(f"ended: {type(fault).__name__}")
            finally:
                writer.close()
                with suppress(*HUNG_UP, OSError):  # a reset is how many a scanner hangs up
                    await writer.wait_closed()

        def begin(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.get_running_loop().create_task(talk(reader, writer))
            self._talks.add(task)
            task.add_done_callback(self._talks.discard)

        stem = f"{device.name}-{port.number}"
        secure = certificates.context(port.certificate, self._folder, stem) if port.certificate else None
        self._servers.append(await asyncio.start_server(begin, sock=made, ssl=secure))

    def _answer(self, device: Device, port: Port, made: socket.socket, ears: list[Ear], speech: Any) -> None:
        def note(peer: Any, event: str) -> None:
            self._setting(device, port, peer).note(event)

        answering = Answering(speech.answers(self._setting(device, port, None)), note, made)
        for ear in (Ear(made), *ears):
            ear.socket.setblocking(False)
            asyncio.get_running_loop().add_reader(ear.socket, answering.take, ear)
            self._ears.append(ear.socket)

    def _setting(self, device: Device, port: Port, peer: Any) -> Setting:
        host = f"[{peer[0]}]" if peer and ":" in peer[0] else peer and peer[0]
        who = f"{host}:{peer[1]}" if peer else ""

        def note(event: str) -> None:
            self._record.note(device.name, port.protocol, port.number, who, event)

        return Setting(site=self._site, device=device, port=port, keys=self._keys, clock=self._record.clock, note=note)

    def answer_arp(self, device: Device, ears: socket.socket) -> None:
        """Lets a device answer ARP requests from its raw socket, and nothing else."""
        mac, address = mac_bytes(device.mac), socket.inet_aton(self._site.address(device.legs[0]))

        def heard() -> None:
            with suppress(BlockingIOError):
                frame = ears.recv(2048)
                if (answer := arp.reply(frame, mac, address)) is not None:
                    ears.send(answer)

        asyncio.get_running_loop().add_reader(ears, heard)

    async def close(self) -> None:
        """Closes every port and ends every talk."""
        for server in self._servers:
            server.close()
        for ear in self._ears:
            asyncio.get_running_loop().remove_reader(ear)
            ear.close()
        for task in list(self._talks):
            task.cancel()
        await asyncio.gather(*self._talks, return_exceptions=True)
