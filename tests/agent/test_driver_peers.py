"""Real servers on loopback: sshd and nginx, started with their own configuration and ended by pid."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from cryptography import x509

from agent.ask import Certificate, Tcp
from tests.agent.runs import HERE, Run


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind((HERE, 0))
        port: int = sock.getsockname()[1]
        return port


@contextmanager
def served(command: list[str], port: int) -> Iterator[None]:
    """The server runs until the block ends."""
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        for _ in range(100):
            assert child.poll() is None, child.stderr.read() if child.stderr else ""
            with socket.socket() as sock:
                if sock.connect_ex((HERE, port)) == 0:
                    break
            time.sleep(0.05)
        yield
    finally:
        child.terminate()
        child.wait(10)
        if child.stderr:
            child.stderr.close()


@pytest.mark.needs("sshd", "ssh-keygen", "root")
def test_sshd_says_its_banner(command: Callable[[str], str], tmp_path: Path) -> None:
    port, key = free_port(), tmp_path / "key"
    subprocess.run([command("ssh-keygen"), "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True)
    Path("/run/sshd").mkdir(exist_ok=True)
    options = [f"-oPort={port}", f"-oListenAddress={HERE}", f"-oHostKey={key}", f"-oPidFile={tmp_path}/pid"]
    with served([command("sshd"), "-D", "-e", "-f", "/dev/null", *options], port):
        run = Run()
        (reply,) = run.talk(Tcp("banner", port, until=b"\n"))
    assert reply.status == "answered"
    assert reply.body.startswith(b"SSH-2.0-OpenSSH")
    assert run.evidence[0].body == reply.body


NGINX = """
daemon off; pid {folder}/pid; error_log {folder}/error;
events {{}}
http {{
    access_log {folder}/access; client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder};
    uwsgi_temp_path {folder}; scgi_temp_path {folder};
    server {{
        listen {here}:{port} ssl; ssl_certificate {folder}/cert; ssl_certificate_key {folder}/key;
        add_header Set-Cookie "session=planted5ecret; Path=/" always;
        add_header WWW-Authenticate 'Digest realm="here", nonce="planted5ecret"' always;
        return 401 "who are you";
    }}
}}
"""


@pytest.mark.needs("nginx", "openssl")
def test_nginx_over_tls(command: Callable[[str], str], tmp_path: Path) -> None:
    port = free_port()
    files = ["-keyout", str(tmp_path / "key"), "-out", str(tmp_path / "cert")]
    made = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=recorder", "-days", "2", *files]
    subprocess.run([command("openssl"), *made], check=True, capture_output=True)
    (tmp_path / "conf").write_text(NGINX.format(folder=tmp_path, here=HERE, port=port))
    with served([command("nginx"), "-c", str(tmp_path / "conf"), "-e", str(tmp_path / "error")], port):
        run = Run()
        page, certificate = run.talk(
            Tcp("GET /", port, b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "message/http", tls=True),
            Certificate("certificate", port),
        )
    assert page.body.startswith(b"HTTP/1.1 401 Unauthorized\r\nServer: nginx")
    assert page.body.endswith(b"who are you")
    assert b'Digest realm="here", nonce="*************"' in page.body
    assert b"planted5ecret" not in page.body
    assert x509.load_der_x509_certificate(certificate.body).subject.rfc4514_string() == "CN=recorder"
