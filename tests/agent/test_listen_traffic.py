"""`--traffic`: of in-scope servers the certificate and the Server line, and nothing else that anybody says."""

from __future__ import annotations

import socket
import struct
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.config import Config, ScopeTable
from agent.frames._places import places
from agent.listen.bpf import program
from agent.listen.order import servers
from agent.listen.servers import is_segment, spoken
from agent.readers import readers
from agent.spool import read
from model.report import Authority
from model.spans import spans
from model.trouble import UsageTrouble
from tests.agent.cli import clear, run
from tests.agent.netns import Bench, bench  # noqa: F401
from tests.agent.peers import nginx
from tests.agent.test_listen import CABLE, Ear, frames
from tests.agent.test_listen_filter import Kernel, framed

WHOSE = spans(["192.0.2.0/25", "198.51.100.7", "2001:db8:7::/48"])
PLACES = places(["tcp/443", "tcp/80", "ether/0x0806"])
HEAD = b"HTTP/1.1 200 OK\r\nServer: nginx\r\n"
SHAKE = b"\x16\x03\x03\x00\x10\x02\0\0\x0c"


def tcp(
    payload: bytes, source: str = "192.0.2.9", port: int = 443, to: int = 50000, options: int = 0, more: int = 0
) -> bytes:
    """A segment from `source`; `options`, `more`: words of options in TCP and in IP."""
    head = struct.pack(">HHIIBBHHH", port, to, 1, 1, (5 + options) << 4, 0x18, 64, 0, 0) + bytes(4 * options)
    if ":" in source:
        ip = struct.pack(">IHBB", 6 << 28, len(head) + len(payload), 6, 64) + socket.inet_pton(socket.AF_INET6, source)
        return framed(0x86DD, ip + bytes(16) + head + payload)
    size = 20 + 4 * more + len(head) + len(payload)
    ip = struct.pack(">BBHHHBBH", 0x45 + more, 0, size, 7, 0, 64, 6, 0) + socket.inet_aton(source) + bytes(4 + 4 * more)
    return framed(0x0800, ip + head + payload)


@pytest.fixture(scope="module")
def kernel() -> Iterator[Kernel]:
    made = Kernel(PLACES, WHOSE)
    yield made
    made.close()


class TestFilter:
    @pytest.mark.parametrize(
        "frame",
        [
            tcp(SHAKE),
            tcp(SHAKE, options=3, more=2),
            tcp(HEAD, port=80),
            tcp(SHAKE, "198.51.100.7"),
            tcp(SHAKE, "2001:db8:7:1::5"),
        ],
    )
    def test_the_beginning_of_an_answer_passes(self, kernel: Kernel, frame: bytes) -> None:
        assert kernel.passes(frame) and is_segment(frame)

    @pytest.mark.parametrize(
        "frame",
        [
            tcp(SHAKE, "192.0.2.200"),  # nobody of ours
            tcp(SHAKE, "198.51.100.8"),
            tcp(SHAKE, "2001:db8:8::5"),
            tcp(SHAKE, port=8443),
            tcp(SHAKE, port=50000, to=443),
            tcp(b"\x16\x03\x01\x00\x10\x01\0\0\x0cSNI"),  # a client's hello, whose name is nobody's business
            tcp(b"\x17\x03\x03\x00\x10" + bytes(16)),  # encrypted
            tcp(b"<html>a page's second segment", port=80),
            tcp(b"GET /path HTTP/1.1\r\n", port=80),
            tcp(b"", port=80),
        ],
    )
    def test_nothing_else_does(self, kernel: Kernel, frame: bytes) -> None:
        assert not kernel.passes(frame)

    def test_without_the_word_no_tcp_passes(self) -> None:
        made = Kernel(PLACES)
        assert not made.passes(tcp(SHAKE)) and not made.passes(tcp(HEAD, port=80))
        made.close()

    def test_more_networks_than_a_filter_holds(self) -> None:
        with pytest.raises(ValueError, match="networks"):
            program(PLACES, spans(f"10.{n}.0.1" for n in range(256)) | spans(["10.0.0.7"]))


class TestWhatIsKept:
    def test_of_a_response_the_status_and_the_server(self) -> None:
        said = HEAD + b"Set-Cookie: id=PLANTED\r\nLocation: /PLANTED\r\nETag: PLANTED\r\n"
        said += b'WWW-Authenticate: Basic realm="Camera"\r\n\r\nPLANTED'
        frame = spoken(tcp(said, port=80))
        assert frame.endswith(HEAD + b'WWW-Authenticate: Basic realm="Camera"\r\n\r\n') and b"PLANTED" not in frame
        assert struct.unpack_from(">H", frame, 16)[0] == len(frame) - 14

    def test_of_a_head_cut_short_the_whole_lines(self) -> None:
        frame = spoken(tcp(HEAD + b"Server: half", port=80))
        assert frame.endswith(HEAD + b"\r\n")

    def test_of_a_handshake_the_hello_and_the_certificates(self) -> None:
        def message(kind: int, body: bytes) -> bytes:
            return bytes([kind]) + len(body).to_bytes(3, "big") + body

        def layer(kind: int, body: bytes) -> bytes:
            return bytes([kind]) + b"\x03\x03" + len(body).to_bytes(2, "big") + body

        hello, certificate, key = message(2, b"hello" * 9), message(11, b"certificate" * 90), message(12, b"PLANTED")
        together = layer(22, hello + certificate + key)
        assert spoken(tcp(together)).endswith(together[: 5 + len(hello + certificate)])
        apart = layer(22, hello) + layer(22, certificate)
        assert spoken(tcp(apart + layer(22, key))).startswith(tcp(apart)[:14])
        assert b"PLANTED" not in spoken(tcp(apart + layer(22, key)))
        assert spoken(tcp(apart + layer(22, key)))[54:].startswith(apart)
        newer = layer(22, hello) + layer(20, b"\1") + layer(23, b"PLANTED")
        assert spoken(tcp(newer))[54:] == layer(22, hello)
        split = layer(22, certificate[:400]) + layer(22, certificate[400:])  # one message over two records
        assert spoken(tcp(layer(22, hello) + split))[54:] == layer(22, hello) + split
        six = spoken(tcp(newer, "2001:db8:7::1"))
        assert struct.unpack_from(">H", six, 18)[0] == len(six) - 54

    @pytest.mark.parametrize("cut", range(90))
    def test_nothing_breaks_it(self, cut: int) -> None:
        frame = tcp(SHAKE + bytes(30))[:cut]
        assert len(spoken(frame)) <= len(frame)


class TestWords:
    def test_somebody_must_have_allowed_it(self, tmp_path: Path) -> None:
        clear(run("listen", "192.0.2.0/24", "-i", "lo", "-o", tmp_path, "--traffic"), "--traffic", "--authorized-by")

    def test_and_said_of_whom(self, tmp_path: Path) -> None:
        clear(run("listen", "-i", "lo", "-o", tmp_path, "--traffic", "--authorized-by", "R. Roe"), "TARGETs")
        clear(run("listen", "192.0.2.1", "-i", "lo", "-o", tmp_path), "192.0.2.1", "--traffic")

    def test_the_exclusions_hold(self) -> None:
        allowed, scope = Authority(name="R. Roe"), ScopeTable(targets=("192.0.2.0/24",), exclude=("192.0.2.128/25",))
        assert servers(Config(authority=allowed, scope=scope)).texts() == spans(["192.0.2.0/25"]).texts()
        with pytest.raises(UsageTrouble, match="not an address"):
            servers(Config(authority=allowed, scope=ScopeTable(targets=("camera.example",))))


class TestOnACable:
    pytestmark = CABLE

    @pytest.mark.needs("nginx", "openssl", "curl")
    def test_a_real_server(self, bench: Bench, tmp_path: Path, command: object) -> None:  # noqa: F811
        bench.host("desk")
        bench.host("one", "10.9.8.1/24")
        for number, name in ((2, "ours"), (3, "theirs")):
            bench.host(name, f"10.9.8.{number}/24")
            nginx(bench, command, name, f"10.9.8.{number}")  # type: ignore[arg-type]
        bench.ip("switch", "link", "set", "br0", "type", "bridge", "ageing_time", "0")
        words = ("10.9.8.2", "--traffic", "--authorized-by", "R. Roe", "--promiscuous")
        ear = Ear(bench, tmp_path / "out", *words)
        for host in ("10.9.8.2", "10.9.8.3"):
            for place in (f"http://{host}/", f"http://{host}/PLANTED", f"https://{host}/", f"https://{host}/PLANTED"):
                bench.run("one", "curl", "-sk", "--tls-max", "1.2", "-H", "Cookie: PLANTED", place)
        time.sleep(0.5)
        ear.end()
        held = [frame for frame in frames(tmp_path / "out") if is_segment(frame)]
        assert {socket.inet_ntoa(frame[26:30]) for frame in held} == {"10.9.8.2"}
        assert any(b"Server: nginx" in frame for frame in held) and any(b"bench-web" in frame for frame in held)
        pages = [one for one in read(tmp_path / "out") if one.observation.probe == "listen"]
        said = {(fact.about, fact.key): fact.value for one in pages for fact in readers()["listen"]([one])}
        assert said["host:10.9.8.2", "http_header.server"].startswith("nginx")
        assert "bench-web" in said["host:10.9.8.2", "x509.subject"]
        everything = b"".join(one.body or b"" for one in read(tmp_path / "out"))
        assert b"PLANTED" not in everything and b"Bench page" not in everything and b"ETag" not in everything
        assert b"--traffic" in everything and b"R. Roe" in everything
