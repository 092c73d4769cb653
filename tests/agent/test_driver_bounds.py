"""What peers may do to a connection or a datagram, and what the driver makes of it: bounds, statuses, evidence."""

from __future__ import annotations

import datetime
import socket
import ssl
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from agent.ask import Certificate, Target, Tcp, Udp
from tests.agent.runs import HERE, Run, tcp_server, udp_server

HELD: list[socket.socket] = []


def closed_port() -> int:
    """A port that refuses, and that nobody else can take meanwhile: ours by TCP and UDP, open to nobody but itself."""
    with socket.socket() as free:
        free.bind((HERE, 0))
        port: int = free.getsockname()[1]
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        HELD.append(socket.socket(socket.AF_INET, kind))
        HELD[-1].bind((HERE, port))
    HELD[-1].connect((HERE, port))
    return port


def test_an_endless_banner_is_cut_at_the_limit() -> None:
    def talk(peer: socket.socket) -> None:
        while True:
            peer.sendall(b"bla " * 1_000)

    with tcp_server(talk) as port:
        run = Run()
        (reply,) = run.talk(Tcp("banner", port, limit=10_000))
    assert (reply.status, len(reply.body)) == ("cut", 10_000)
    assert run.evidence[0].observation.status == "cut"
    assert run.outcomes[0].status == "answered"
    assert run.outcomes[0].answered.texts() == [HERE]


def test_a_dripping_banner_is_cut_in_time() -> None:
    def drip(peer: socket.socket) -> None:
        while True:
            peer.sendall(b".")
            time.sleep(0.05)

    with tcp_server(drip) as port:
        start = time.monotonic()
        (reply,) = Run().talk(Tcp("banner", port, wait=0.3))
    assert reply.status == "cut"
    assert reply.body.strip(b".") == b"" != reply.body
    assert time.monotonic() - start < 20, "else it would go on for ever"


def test_an_open_port_that_says_nothing_is_silent_but_evidence() -> None:
    with tcp_server(lambda peer: time.sleep(2)) as port:
        run = Run()
        (reply,) = run.talk(Tcp("banner", port, wait=0.2))
    assert (reply.status, reply.body) == ("silent", b"")
    assert run.evidence[0].body == b""  # the port was open: that was learned
    assert run.outcomes[0].status == "answered"


def test_a_bare_connect_says_nothing_and_does_not_wait() -> None:
    heard: list[bytes] = []
    with tcp_server(lambda peer: heard.append(peer.recv(10))) as port:
        run = Run()
        start = time.monotonic()
        replies = run.talk(*[Tcp("connect", port, payload=b"not sent", limit=0, wait=10)] * 5)
        took = time.monotonic() - start
    assert [(reply.status, reply.body) for reply in replies] == [("silent", b"")] * 5
    assert took < 10
    assert b"".join(heard) == b""
    assert run.outcomes[0].status == "answered"


def test_a_closed_port_is_refused() -> None:
    run = Run()
    assert [reply.status for reply in run.talk(Tcp("a", closed_port()), Udp("b", closed_port(), b"x"))] == [
        "refused",
        "refused",
    ]
    assert run.outcomes[0].refused.texts() == [HERE]
    assert [piece.observation.status for piece in run.evidence] == ["refused", "refused"]


def test_reading_ends_at_what_was_waited_for() -> None:
    def serve(peer: socket.socket) -> None:
        peer.sendall(b"220 ready\r\n")
        peer.recv(1)

    with tcp_server(serve) as port:
        start = time.monotonic()
        (reply,) = Run().talk(Tcp("banner", port, until=b"\n", wait=30))
    assert (reply.status, reply.body) == ("answered", b"220 ready\r\n")
    assert time.monotonic() - start < 25


def test_a_long_question_arrives_whole_and_a_reset_after_text_is_an_answer() -> None:
    heard: list[int] = []

    def serve(peer: socket.socket) -> None:
        got = 0
        while got < 3_000_000:
            got += len(peer.recv(65_536))
        heard.append(got)
        peer.sendall(b"thanks")
        time.sleep(0.1)
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")

    with tcp_server(serve) as port:
        (reply,) = Run().talk(Tcp("x", port, payload=b"y" * 3_000_000))
    assert heard == [3_000_000]
    assert (reply.status, reply.body) == ("answered", b"thanks")


def test_datagrams_are_retried_and_silence_first_leaves_no_evidence() -> None:
    asked: list[bytes] = []
    with udp_server(lambda sock, body, sender: asked.append(body)) as port:
        run = Run()
        (reply,) = run.talk(Udp("x", port, b"hello", wait=0.15, retries=2))
    assert reply.status == "silent"
    assert asked == [b"hello"] * 3
    assert run.evidence == []
    assert run.outcomes[0].status == "silent"
    assert run.outcomes[0].answered.texts() == []


def test_the_retry_is_heard() -> None:
    asked: list[bytes] = []

    def answer(sock: socket.socket, body: bytes, sender: object) -> None:
        asked.append(body)
        if len(asked) == 2:
            sock.sendto(b"now", sender)  # type: ignore[call-overload]

    with udp_server(answer) as port:
        (reply,) = Run().talk(Udp("x", port, b"hello", wait=0.6))
    assert reply.body == b"now"


def test_answers_from_elsewhere_are_dropped_and_counted() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind((HERE, 0))

        def answer(sock: socket.socket, body: bytes, sender: object) -> None:
            other.sendto(b"forged", sender)  # type: ignore[call-overload]
            sock.sendto(b"true", sender)  # type: ignore[call-overload]

        with udp_server(answer) as port:
            run = Run()
            (reply,) = run.talk(Udp("x", port, b"hello"))
    assert reply.body == b"true"
    assert run.driver.strays == 1


@pytest.fixture(scope="module")
def identity(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[ssl.SSLContext, bytes]]:
    """A server's TLS context with a certificate of its own making, and that certificate."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "recorder")])
    day = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), 7, day, day).sign(key, hashes.SHA256())
    path: Path = tmp_path_factory.mktemp("tls") / "both.pem"
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + made.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    yield context, made.public_bytes(serialization.Encoding.DER)


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_tls_text_and_certificate(identity: tuple[ssl.SSLContext, bytes], version: ssl.TLSVersion) -> None:
    context, der = identity
    context.maximum_version = version

    def serve(peer: socket.socket) -> None:
        with context.wrap_socket(peer, server_side=True) as stream:
            asked = stream.recv(100)
            stream.sendall(b"HTTP/1.0 200 OK\r\nSet-Cookie: a=planted\r\n\r\n" + asked[:3] + b"z" * 50_000)
            stream.unwrap()

    with tcp_server(serve) as port:
        run = Run()
        page, certificate = run.talk(
            Tcp("page", port, b"GET / HTTP/1.0\r\n\r\n", "message/http", limit=90_000, tls=True),
            Certificate("certificate", port),
        )
    assert page.body == b"HTTP/1.0 200 OK\r\nSet-Cookie: a=*******\r\n\r\nGET" + b"z" * 50_000
    assert (certificate.status, certificate.body) == ("answered", der)
    assert run.evidence[0].body == page.body
    answer = run.evidence[1].observation.answer
    assert answer is not None
    assert answer.media == "application/pkix-cert"


def test_tls_with_one_who_does_not_speak_it_fails_and_is_told() -> None:
    with tcp_server(lambda peer: peer.sendall(b"SSH-2.0-x\r\n")) as port:
        run = Run()
        assert [reply.status for reply in run.talk(Certificate("c", port), Tcp("d", port, tls=True))] == [
            "failed",
            "failed",
        ]
    assert "TLS" in run.outcomes[0].reason


def test_an_endless_handshake_ends() -> None:
    def flood(peer: socket.socket) -> None:
        record = b"\x16\x03\x03\x40\x00" + b"\x0b\xff\xff\xff" + b"\0" * (0x4000 - 4)
        while True:
            peer.sendall(record)

    with tcp_server(flood) as port:
        start = time.monotonic()
        (reply,) = Run().talk(Certificate("c", port, wait=1.0))
    assert reply.status == "failed"
    assert time.monotonic() - start < 30, "else it would go on for ever"


def test_a_whole_dialogue_has_one_parent_and_counted_steps() -> None:
    with tcp_server(lambda peer: peer.sendall(b"hi")) as port:
        run = Run()
        run.talk(
            Udp("silence before", 9, b"", wait=0.05, retries=0),
            Tcp("first", port),
            Tcp("refused", closed_port()),
            Tcp("last", port),
        )
    # The closed UDP port answered by ICMP: that is heard, so it is the first piece.
    seen = [piece.observation for piece in run.evidence]
    assert [one.step for one in seen] == list(range(len(seen)))
    assert seen[0].parent is None
    assert {one.parent for one in seen[1:]} == {run.evidence[0].id}
    assert {(one.probe, one.vantage, one.target) for one in seen} == {("test", "tester/lo", HERE)}


def test_silence_inside_a_dialogue_is_evidence() -> None:
    def answer(sock: socket.socket, body: bytes, sender: object) -> None:
        if body == b"a":
            sock.sendto(b"A", sender)  # type: ignore[call-overload]

    with udp_server(answer) as port:
        run = Run()
        quiet = Udp("quiet", port, b"b", wait=0.1, retries=0)
        run.talk(quiet, Udp("two", port, b"a"), quiet)
    assert [(one.observation.asked, one.observation.status, one.observation.step) for one in run.evidence] == [
        ("two", "answered", 0),
        ("quiet", "silent", 1),
    ]


def test_version_6_and_a_chosen_source() -> None:
    senders: list[str] = []

    def serve(peer: socket.socket) -> None:
        senders.append(peer.getpeername()[0])
        peer.sendall(b"six")

    with socket.create_server(("::1", 0), family=socket.AF_INET6) as six, tcp_server(serve) as four:
        run = Run(["::1"])
        port = six.getsockname()[1]
        assert [
            reply.status for reply in run.talk(Tcp("x", port, limit=0), Udp("y", port, b""), target=Target("::1"))
        ] == [
            "silent",
            "refused",
        ]
        Run(source_address="127.0.0.44").talk(Tcp("x", four))
        (unknown,) = Run(["fe80::1"]).talk(Tcp("x", port), target=Target("fe80::1%nowhere"))
    assert run.outcomes[0].status == "answered"
    assert senders == ["127.0.0.44"]
    assert unknown.status == "failed"
