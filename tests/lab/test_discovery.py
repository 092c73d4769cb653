"""What the scanner's own discovery questions are answered with by the lab's devices, port by port."""

from __future__ import annotations

import asyncio
import importlib
from types import ModuleType

import msgspec
import pytest

from agent.ask import Group, Reply, Request, Target, Tcp, Udp
from agent.probes import bacnet, cwmp, ethernet_ip, ipp, llmnr, mdns, modbus, netbios, netconf, smb, ssdp, upnp
from lab import reading
from lab.nouns import Port
from lab.snmp.usm import User
from lab.speech.setting import Keys, Setting
from tests.agent.reading import driven

SITE = reading.site()
NOTES: list[str] = []


def setting(name: str, port: Port) -> Setting:
    return Setting(SITE, SITE.device(name), port, Keys("x", User("x", "", "")), lambda: 0.0, NOTES.append)


def port_of(name: str, kind: str, number: int) -> Port | None:
    return next((p for p in SITE.device(name).port if (p.protocol, p.number) == (kind, number)), None)


def answered(name: str, request: Request) -> Reply:
    """What the device would send back to one request."""
    assert isinstance(request, Tcp | Udp | Group)
    kind = "tcp" if isinstance(request, Tcp) else "udp"
    port = port_of(name, kind, request.port)
    if port is None:
        return Reply("silent" if kind == "udp" else "refused")
    speech = importlib.import_module(f"lab.speech.{port.speaks}")
    if not isinstance(request, Tcp):
        said = speech.answers(setting(name, port))(request.payload)
        body = (said[0] if said else b"") if isinstance(said, list) else said or b""
    else:
        body = asyncio.run(spoken(speech, setting(name, port), request.payload))
    return Reply("answered", body) if body else Reply("silent")


async def spoken(speech: ModuleType, where: Setting, payload: bytes) -> bytes:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await speech.serve(where, reader, writer)
        writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
    writer.write(payload)
    writer.write_eof()
    body = await asyncio.wait_for(reader.read(65_536), 5)
    writer.close()
    server.close()
    return body


def learned(name: str, probe: ModuleType) -> tuple[dict[str, str], list[Request]]:
    """{fact key: its last value} and the requests, of one probe with one device of the lab."""
    address = SITE.address(SITE.device(name).legs[0])
    # To a host alone mDNS asks for the commonest services only; a speaker offers others.
    target = Target(interface="eth0") if probe is mdns else Target(address)
    asked, kept = driven(probe, target, lambda request: answered(name, request))
    told = [
        msgspec.structs.replace(e, observation=msgspec.structs.replace(e.observation, target=address)) for e in kept
    ]
    return {fact.key: fact.value for fact in probe.read(told)}, asked


@pytest.mark.parametrize(
    ("name", "probe", "key", "value"),
    [
        ("gateway-huawei", upnp, "upnp.manufacturer", "Huawei Technologies Co., Ltd."),
        ("gateway-huawei", upnp, "upnp.server", "Linux UPnP/1.0 Huawei-ATP-IGD"),
        ("gateway-huawei", cwmp, "http_header.wwwauth", 'Digest realm="EchoLife HG8245H", nonce="4c4142000000000001", qop="auth"'),
        ("gateway-carrier", upnp, "upnp.manufacturer", "ZTE"),
        ("tv-lg", upnp, "upnp.model_name", "OLED55LAB"),
        ("tv-lg", ssdp, "ssdp.st", "upnp:rootdevice"),
        ("speaker-sonos", mdns, "mdns.name", "Sonos-000E580E3838.local"),
        ("speaker-sonos", upnp, "upnp.manufacturer", "Sonos, Inc."),
        ("printer-canon", ipp, "ipp.make_and_model", "Canon MG3600 series"),
        ("printer-canon", mdns, "mdns.txt", "usb_MDL=MG3600 series"),
        ("server-files", netbios, "netbios.name", "FILES-1"),
        ("server-files", netbios, "mac.address", "3c:97:0e:0e:44:44"),
        ("server-files", smb, "smb.dialect", "3.0.2"),
        ("server-files", llmnr, "llmnr.name", "files-1"),
        ("router-huawei", netconf, "ssh.banner", "HUAWEI-1.5"),
        ("controller-plc", modbus, "modbus.vendor", "Rockwell Automation"),
        ("controller-plc", ethernet_ip, "enip.product_name", "1769-LAB"),
        ("controller-plc", bacnet, "bacnet.firmware", "30.11"),
    ],
)  # fmt: skip
def test_devices_say_who_they_are(name: str, probe: ModuleType, key: str, value: str) -> None:
    assert learned(name, probe)[0].get(key) == value


def test_nobody_follows_a_location_to_another_host() -> None:
    found, asked = learned("gateway-lying", upnp)
    assert found["ssdp.location"] == "http://10.77.1.60/desc.xml" and len(asked) == 1


def test_a_repeater_is_not_taken_for_the_camera() -> None:
    port = port_of("gateway-repeater", "udp", 5353)
    assert (
        port
        and b"HIKVISION"
        in answered("gateway-repeater", driven(mdns, Target("10.77.1.54"), lambda _: Reply("silent"))[0][0]).body
    )
    assert learned("gateway-repeater", mdns)[0] == {}


@pytest.mark.parametrize(("kind", "number"), [("tcp", 502), ("udp", 44818), ("udp", 47808)])
def test_the_controller_logs_what_is_forbidden(kind: str, number: int) -> None:
    NOTES.clear()
    request = Tcp("x", number, b"\0\1\0\0\0\6\1\3\0\0\0\1") if kind == "tcp" else Udp("x", number, b"\x65\0\4\0")
    assert answered("controller-plc", request).status == "silent"
    assert any("FORBIDDEN" in note for note in NOTES)
