"""Real peers on a bench: snmpd, lldpd, sshd, nginx, avahi, samba, dnsmasq, each in a namespace of its own, with files of its own."""

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


def lldpd(bench: Bench, find: Find, name: str, agentx: Path | None = None, cdp: bool = False) -> Path:
    """lldpd that speaks LLDP alone (`cdp`: CDP too, heard by nobody or not), at once and often; its control socket."""
    # Its own client, which wakes it, runs as another user: pytest's folders are shut to that one.
    home = bench.open_folder()
    socket = home / "control"
    more = [*(["-x", "-X", str(agentx)] if agentx else []), *(["-l", "-ccc"] if cdp else [])]
    # Its usual control socket and pid file are the machine's: a mount namespace of its own hides them.
    bench.start(name, "sh", "-c", 'mount -t tmpfs none /run && mkdir -p /run/lldpd && exec "$@"', "sh",
                find("lldpd"), "-d", "-u", str(socket), "-I", "eth0", "-S", f"bench {name}", *more)  # fmt: skip
    wait_for(socket.exists, "lldpd")
    for words in (["configure", "lldp", "tx-interval", "1"], ["configure", "system", "hostname", f"bench-{name}"]):
        call = [find("lldpcli"), "-u", str(socket), *words]
        wait_for(lambda call=call: subprocess.run(call, capture_output=True).returncode == 0, "lldpd")  # type: ignore[misc]
    return socket


def speak(find: Find, speaker: Path) -> None:
    """The lldpd behind this socket says its word once more, now: of its own accord it repeats a lost one late."""
    subprocess.run([find("lldpcli"), "-u", str(speaker), "update"], capture_output=True)


def wait_for_neighbour(find: Find, socket: Path, name: str, speaker: Path) -> None:
    """Until the lldpd behind `socket` has heard of `name`. The one behind `speaker` is made to speak."""

    def heard() -> bool:
        speak(find, speaker)
        call = [find("lldpcli"), "-u", str(socket), "show", "neighbors"]
        return name in subprocess.run(call, capture_output=True, text=True).stdout

    wait_for(heard, f"LLDP of {name}", 70, pause=0.5)


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


def avahi(bench: Bench, find: Find, name: str) -> None:
    """avahi-daemon that offers a printer and a web page over mDNS; no D-Bus, no name but `bench-NAME.local`."""
    home = bench.open_folder()
    (home / "conf").write_text(
        f"[server]\nhost-name=bench-{name}\ndomain-name=local\nuse-ipv4=yes\nuse-ipv6=no\nallow-interfaces=eth0\n"
        "enable-dbus=no\n[publish]\npublish-addresses=yes\npublish-workstation=no\n[wide-area]\nenable-wide-area=no\n"
    )
    services = home / "services"
    services.mkdir()
    (services / "bench.service").write_text(
        "<service-group><name>Bench printer</name><service><type>_ipp._tcp</type><port>631</port>"
        "<txt-record>ty=Bench LaserWriter 9</txt-record><txt-record>usb_MFG=Bench Works</txt-record></service>"
        "<service><type>_http._tcp</type><port>80</port></service></service-group>"
    )
    # Its folder of services and its pid file are the machine's: a mount namespace of its own hides them.
    hidden = 'mount -t tmpfs none /run && mkdir -p /run/avahi-daemon && mount --bind "$1" /etc/avahi/services && shift && exec "$@"'
    log = home / "log"
    with log.open("wb") as told:
        bench.start(name, "unshare", "-m", "sh", "-c", hidden, "sh", str(services), find("avahi-daemon"), "-f",
                    str(home / "conf"), "--no-chroot", "--no-drop-root", "--no-rlimits", stderr=told)  # fmt: skip
    # It answers nobody before it knows that its name and its services are nobody else's.
    wait_for(lambda: b'Service "Bench printer"' in log.read_bytes(), "avahi-daemon")


def samba(bench: Bench, find: Find, name: str, address: str) -> None:
    """smbd and nmbd of the workgroup BENCH at `address`, written with its prefix length; nobody may log in."""
    home = bench.folder / f"samba-{name}"
    kept = {"private dir": "private", "ncalrpc dir": "ncalrpc"}
    kept |= {f"{what} directory": what for what in ("lock", "state", "cache", "pid")}
    for folder in kept.values():
        (home / folder).mkdir(parents=True)
    conf = home / "smb.conf"
    lines = [f"{option} = {home / folder}" for option, folder in kept.items()]
    conf.write_text(
        "\n".join(["[global]", "workgroup = BENCH", f"netbios name = BENCH-{name}", "server role = standalone server",
                   f"interfaces = {address}", "bind interfaces only = yes", "disable spoolss = yes", "load printers = no",
                   f"log file = {home}/log", *lines]) + "\n"
    )  # fmt: skip
    for program, port in (("smbd", 445), ("nmbd", 137)):
        bench.start(name, find(program), "-F", "--no-process-group", "-s", str(conf))
        wait_for(lambda port=port: _listens(bench, name, port) or _bound(bench, name, port), program)  # type: ignore[misc]


def dnsmasq(bench: Bench, find: Find, name: str, first: str, last: str) -> Path:
    """dnsmasq that leases these addresses on eth0 and serves no DNS; its file of leases."""
    home = bench.open_folder()
    leases = home / "dnsmasq.leases"
    bench.start(name, find("dnsmasq"), "-k", "-C", "/dev/null", "-p", "0", "-i", "eth0", "--bind-interfaces", "-u", "root",
                "-F", f"{first},{last},1h", "-l", str(leases), "-x", str(home / "pid"))  # fmt: skip
    wait_for(lambda: _bound(bench, name, 67), "dnsmasq")
    return leases


def dhclient(bench: Bench, find: Find, name: str, host_name: str) -> None:
    """A DHCP client that asks once for a lease and stays."""
    home = bench.open_folder()
    (home / "conf").write_text(f'send host-name "{host_name}";\nsend vendor-class-identifier "bench:client";\n')
    script = home / "script"
    script.write_text('#!/bin/sh\n[ "$reason" = BOUND ] && ip addr add "$new_ip_address/24" dev "$interface"\nexit 0\n')
    script.chmod(0o755)
    bench.start(name, find("dhclient"), "-d", "-cf", str(home / "conf"), "-lf", str(home / "leases"), "-pf",
                str(home / "pid"), "-sf", str(script), "eth0")  # fmt: skip
    wait_for(lambda: b"inet " in bench.run(name, "ip", "-4", "addr", "show", "dev", "eth0").stdout, "dhclient")


def _bound(bench: Bench, name: str, port: int) -> bool:
    return f":{port:04X} 00000000:0000 07" in bench.run(name, "cat", "/proc/net/udp").stdout.decode()


def _listens(bench: Bench, name: str, port: int) -> bool:
    found = bench.run(name, "cat", "/proc/net/tcp").stdout.decode()
    return f":{port:04X} 00000000:0000 0A" in found


def wait_for(ready: Callable[[], bool], what: str, seconds: float = 20, pause: float = 0.05) -> None:
    """Until `ready`; a test must not begin before its peers."""
    until = time.monotonic() + seconds
    while not ready():
        assert time.monotonic() < until, f"{what} did not start"
        time.sleep(pause)
