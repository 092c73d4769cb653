"""The example of add-a-frame.md works by being in the folder; the discovery protocols are heard; every key has its row."""

from __future__ import annotations

import importlib
import re
import struct
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from agent.frames import _read
from model import folder
from tests.agent.heard import CAMERA, heard
from tests.agent.reading import ANSWERS
from tests.agent.test_frames_hostile import at

DOCS = Path(__file__).resolve().parents[2] / "docs"
_CODE = re.compile(r"`agent/frames/(\w+)\.py`:\n\n```python\n(.*?)```", re.DOTALL)
ME, HERE = f"host:{CAMERA}", "host:10.0.0.5"


@pytest.fixture
def added(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """The page's example, in a folder that stands beside the package's own."""
    found = _CODE.search((DOCS / "add-a-frame.md").read_text("utf-8"))
    assert found is not None
    name, code = found.groups()
    assert name not in folder.names("agent.frames")
    (tmp_path / f"{name}.py").write_text(code, "utf-8")
    room = importlib.import_module("agent.frames")
    monkeypatch.setattr(room, "__path__", [*room.__path__, str(tmp_path)])
    importlib.invalidate_caches()
    yield folder.module("agent.frames", name)
    sys.modules.pop(f"agent.frames.{name}")
    delattr(room, name)


def test_a_frame(added: ModuleType) -> None:
    assert set(added.WHERE) <= set(_read.places())
    assert heard(at("ether/0x88b5", b"cam-7 EX-1\0\0")) == {
        (ME, "example.name", "cam-7"),
        (ME, "example.model", "EX-1"),
    }
    assert heard(at("ether/0x88b5", b"cam")) == {("frame:example", "frame.unreadable", "1 a hello without a model")}


def test_what_is_not_in_the_folder_is_not_heard() -> None:
    assert heard(at("ether/0x88b5", b"cam-7 EX-1")) == set()


def keys(place: str, payload: bytes) -> set[str]:
    """Keys of what the sender's address said."""
    return {key for about, key, _ in heard(at(place, payload)) if about == HERE} - {"mac.address"}


MDNS = bytes.fromhex("0000840000000001000000000563616d2d37056c6f63616c00000180010000007800040a000005")
SSDP = (
    b"NOTIFY * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nNTS: ssdp:alive\r\nNT: upnp:rootdevice\r\n"
    b"USN: uuid:12345678\r\nSERVER: Example/1\r\n\r\n"
)


def test_the_discovery_protocols_are_heard() -> None:
    assert "mdns.name" in keys("udp/5353", MDNS)
    assert "upnp.server" in keys("udp/1900", SSDP)
    assert "sadp.reply" in keys("udp/37020", (ANSWERS / "synthetic-sadp-hello.xml").read_bytes())
    told = (ANSWERS / "synthetic-dhip-nobody.json").read_bytes()
    size = struct.pack("<Q", len(told))
    assert "dhip.method" in keys("udp/37810", bytes.fromhex("20000000") + b"DHIP" + bytes(8) + size * 2 + told)
    assert "wsd.scopes" in keys("udp/3702", (ANSWERS / "synthetic-wsd-lookalike.xml").read_bytes())


def test_questions_say_nothing() -> None:
    question = b'M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nMAN: "ssdp:discover"\r\nST: ssdp:all\r\n\r\n'
    assert keys("udp/1900", question) == set()
    assert (
        keys("udp/5353", bytes.fromhex("000000000001000000000000") + MDNS[12:23] + bytes.fromhex("00010001")) == set()
    )


def test_a_hytera_port_alone_says_nothing() -> None:
    def words(payload: bytes, port: int = 50000) -> set[str]:
        return {value for _, key, value in heard(at(f"udp/{port}", payload)) if key == "hytera.ipsc"}

    assert words(b"P2P" + bytes(17) + b"\x10" + bytes(4)) == {"p2p registration"}
    assert words(b"P2P" + bytes(17) + b"\x12") == {"p2p RDAC start"}
    assert words(b"P2P") == words(b"P2P" + bytes(40)) == {"p2p"}
    assert words(b"2B\0\x05", 3002) == {"hstrp"}
    assert words(b"") == words(b"2BC") == words(b"hello") == words(b"P2P", 50003) == set()


KEY = re.compile(r'"((?:[a-z0-9_]+\.[a-z0-9_-]+)|dhcp_vendor_class|attached|network)"')
DECODERS = ("lldp", "cdp", "edp", "vlans")


def test_every_key_that_is_heard_is_explained() -> None:
    page = (DOCS / "facts.md").read_text("utf-8")
    home = DOCS.parent / "agent"
    files = [*(home / "frames").glob("*.py"), *(home / "decode" / f"{name}.py" for name in DECODERS)]
    found = {key for path in files for key in KEY.findall(path.read_text("utf-8"))}
    found |= {
        f"{family}.{name}"
        for family in ("cdp", "fdp")
        for name in ("device_id", "port_id", "version", "platform", "address")
    }
    found = {key for key in found if not key.startswith("agent.")}
    assert len(found) > 30 and not {key for key in found if f"`{key}`" not in page}
