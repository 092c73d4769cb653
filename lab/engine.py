"""Serves every port of every device from one loop; sockets are opened where a device lives, then treated alike."""

import asyncio
import importlib
import socket
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, cast

from lab import certificates
from lab.net import arp
from lab.nouns import Device, Leg, Port, Site
from lab.record import Record
from lab.speech.setting import Keys, Setting
from lab.topology import mac_bytes

# Gives a bound socket for a device's leg, and the port it really got.
Place = Callable[[Device, Leg, socket.SocketKind, int], tuple[socket.socket, int]]
SNMP = Port(number=161, speaks="snmp", source="see the agent", protocol="udp")
HUNG_UP = (ConnectionError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError)


class Engine:
    """All devices of a site, talking. `ports` maps address and `tcp/80`-like names to the ports really opened."""

    def __init__(self, site: Site, keys: Keys, record: Record, folder: Path, place: Place) -> None:
        self._site, self._keys, self._record, self._folder, self._place = site, keys, record, folder, place
        self._servers: list[asyncio.Server | asyncio.DatagramTransport] = []
        self._talks: set[asyncio.Task[None]] = set()
        self.ports: dict[str, dict[str, int]] = {}

    async def open(self) -> None:
        """Opens every port of every device that is on the wire."""
        for device in self._site.devices:
            if device.wire == "present":
                for port in (*device.port, *((SNMP,) if device.snmp else ())):
                    for leg in device.legs:
                        await self._open(device, leg, port)

    async def _open(self, device: Device, leg: Leg, port: Port) -> None:
        kind = socket.SOCK_STREAM if port.protocol == "tcp" else socket.SOCK_DGRAM
        made, number = self._place(device, leg, kind, port.number)
        self.ports.setdefault(self._site.address(leg), {})[f"{port.protocol}/{port.number}"] = number
        speech = importlib.import_module(f"lab.speech.{port.speaks}")
        if port.protocol == "tcp":
            await self._serve(device, port, made, speech)
        else:
            await self._answer(device, port, made, speech)

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

    async def _answer(self, device: Device, port: Port, made: socket.socket, speech: Any) -> None:
        setting = self._setting(device, port, None)
        answers: Callable[[bytes], bytes | None] = speech.answers(setting)

        def note(peer: Any, event: str) -> None:
            self._setting(device, port, peer).note(event)

        made.setblocking(False)
        loop = asyncio.get_running_loop()
        transport, _ = await loop.create_datagram_endpoint(lambda: _Datagrams(answers, note), sock=made)
        self._servers.append(transport)

    def _setting(self, device: Device, port: Port, peer: Any) -> Setting:
        who = f"{peer[0]}:{peer[1]}" if peer else ""

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
        for task in list(self._talks):
            task.cancel()
        await asyncio.gather(*self._talks, return_exceptions=True)


class _Datagrams(asyncio.DatagramProtocol):
    """Answers each datagram on its own."""

    def __init__(self, answers: Callable[[bytes], bytes | None], note: Callable[[Any, str], None]) -> None:
        self._answers, self._note = answers, note
        self._out: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._out = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: tuple[str | Any, int]) -> None:
        answer = self._answers(data)
        self._note(addr, f"asked {len(data)} bytes, {'answered' if answer else 'silent'}")
        if answer and self._out:
            self._out.sendto(answer, addr)
