"""Real peers on a bench: snmpd, lldpd, sshd, nginx, each in a namespace of its own, with files of its own."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from tests.agent.netns import Bench

Find = Callable[[str], str]


def snmpd(bench: Bench, find: Find, name: str, address: str, lines: list[str]) -> Path:
    """snmpd with these lines of configuration; the folder of its files."""
    home = bench.folder / f"snmpd-{name}"
    home.mkdir()
    conf = home / "snmpd.conf"
    conf.write_text("\n".join([f"agentaddress udp:{address}:161", *lines]) + "\n")
    environment = {**os.environ, "SNMP_PERSISTENT_DIR": str(home / "kept"), "MIBS": ""}
    command = [find("snmpd"), "-f", "-Lf", str(home / "log"), "-C", "-c", str(conf), "-p", str(home / "pid")]
    bench.start(name, *command, env=environment)
    wait_for(lambda: "NET-SNMP version" in (home / "log").read_text() if (home / "log").exists() else False, "snmpd")
    return home


def lldpd(bench: Bench, find: Find, name: str, agentx: Path | None = None) -> Path:
    """lldpd that speaks LLDP alone, at once and often; its control socket."""
    # Its own client, which wakes it, runs as another user: pytest's folders are shut to that one.
    home = bench.open_folder()
    socket = home / "control"
    more = ["-x", "-X", str(agentx)] if agentx else []
    # Its usual control socket and pid file are the machine's: a mount namespace of its own hides them.
    bench.start(name, "sh", "-c", 'mount -t tmpfs none /run && mkdir -p /run/lldpd && exec "$@"', "sh",
                find("lldpd"), "-d", "-u", str(socket), "-I", "eth0", "-S", f"bench {name}", *more)  # fmt: skip
    wait_for(socket.exists, "lldpd")
    for words in (["configure", "lldp", "tx-interval", "1"], ["configure", "system", "hostname", f"bench-{name}"]):
        call = [find("lldpcli"), "-u", str(socket), *words]
        wait_for(lambda call=call: subprocess.run(call, capture_output=True).returncode == 0, "lldpd")  # type: ignore[misc]
    return socket


def wait_for_neighbour(find: Find, socket: Path, name: str) -> None:
    """Until the lldpd behind `socket` has heard of `name`."""
    call = [find("lldpcli"), "-u", str(socket), "show", "neighbors"]
    wait_for(lambda: name in subprocess.run(call, capture_output=True, text=True).stdout, f"LLDP of {name}")


def sshd(bench: Bench, find: Find, name: str, address: str) -> None:
    """sshd with a host key of its own."""
    home = bench.folder / f"sshd-{name}"
    home.mkdir()
    key = home / "key"
    subprocess.run([find("ssh-keygen"), "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True)
    conf = home / "sshd_config"
    conf.write_text(f"ListenAddress {address}\nHostKey {key}\nPidFile {home}/pid\nUsePAM no\n")
    Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
    bench.start(name, find("sshd"), "-D", "-f", str(conf))
    wait_for(lambda: _listens(bench, name, 22), "sshd")


def nginx(bench: Bench, find: Find, name: str, address: str) -> None:
    """nginx with a page on port 80 and a self-signed certificate on 443."""
    home = bench.folder / f"nginx-{name}"
    home.mkdir()
    (home / "index.html").write_text("<html><head><title>Bench page</title></head></html>")
    make = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 9 -subj /O=Bench/CN=bench-web"
    subprocess.run([*make.split(), "-keyout", f"{home}/key", "-out", f"{home}/cert"], check=True, capture_output=True)
    (home / "conf").write_text(
        f"daemon off; pid {home}/pid; error_log {home}/error; user root; worker_processes 1;\n"
        "events { worker_connections 64; }\n"
        f"http {{ access_log {home}/access; client_body_temp_path {home}; proxy_temp_path {home};\n"
        f"fastcgi_temp_path {home}; uwsgi_temp_path {home}; scgi_temp_path {home};\n"
        f"server {{ listen {address}:80; listen {address}:443 ssl; ssl_certificate {home}/cert;\n"
        f"ssl_certificate_key {home}/key; root {home}; }} }}\n"
    )
    bench.start(name, find("nginx"), "-c", str(home / "conf"))
    wait_for(lambda: _listens(bench, name, 443), "nginx")


def _listens(bench: Bench, name: str, port: int) -> bool:
    found = bench.run(name, "cat", "/proc/net/tcp").stdout.decode()
    return f":{port:04X} 00000000:0000 0A" in found


def wait_for(ready: Callable[[], bool], what: str, seconds: float = 20) -> None:
    """Until `ready`; a test must not begin before its peers."""
    until = time.monotonic() + seconds
    while not ready():
        assert time.monotonic() < until, f"{what} did not start"
        time.sleep(0.05)
