"""Three sites, one address plan, one bad line, and a collector that dies: every report arrives once, and every receipt verifies.

The real collector on a real PostgreSQL in a namespace of its own; between it and the sites a link that loses every fiftieth packet.
The collector is killed ten times while reports come in, its database twice.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from model.keys import public
from model.receipt import Receipt, broken, receipt_of
from tests.agent.netns import Bench, bench  # noqa: F401
from tests.collector.postgres import Server, there
from tests.deployed.tls import certified

ROOT = Path(__file__).resolve().parents[2]
SITES = ("north", "south", "west")
EACH = 3  # further reports of each site, beside the one it scans
KILLS, DATABASE_KILLS = 10, (3, 7)
HALF = 0.0101  # of both ways: 2 % of the exchanges
LAYDOWN = [sys.executable, "-m", "agent.command"]
COLLECTOR = [sys.executable, "-m", "collector.command"]
CAMERA = """
import http.server
class Talk(http.server.BaseHTTPRequestHandler):
    server_version, sys_version = "DNVRS-Webs", ""
    def do_GET(self):
        self.send_response(200); self.send_header("Content-Length", "0"); self.end_headers()
http.server.HTTPServer(("10.0.0.2", 80), Talk).serve_forever()
"""
CONFIG = """[site]
id = "{site}"
[authority]
name = "R. Roe"
[scope]
targets = ["10.0.0.0/24"]
exclude = ["10.0.0.3-10.0.0.254"]
exclude_reason = "nothing is there, and the test is short"
[budget]
profile = "fast"
[agent]
state = "{state}"
"""

pytestmark = [
    pytest.mark.needs("root", "ip", "iptables", "openssl", "py:litestar"),
    pytest.mark.namespaces,
    pytest.mark.skipif(not there(), reason="needs PostgreSQL (Debian's package postgresql)"),
]


class House:
    """The collector and its database, which can be killed."""

    def __init__(self, net: Bench, server: Server, folder: Path) -> None:
        self.net, self.server, self.folder = net, server, folder
        net.host("house", "10.200.0.1/24")
        drop = ("-m", "statistic", "--mode", "random", "--probability", str(HALF), "-j", "DROP")
        for way in ("INPUT", "OUTPUT"):
            assert net.run("house", "iptables", "-A", way, "-p", "tcp", *drop).returncode == 0
        url = server.database("house")
        self.run("init", "--organisation", "Example", "--database", url)
        certificate, key = certified(folder, "10.200.0.1")
        settings = folder / "c" / "collector.toml"
        text = f'certificate = "{certificate}"\ncertificate_key = "{key}"\ndatabase = "{url}"\n'
        settings.write_text(text + settings.read_text())
        self.child: subprocess.Popen[bytes] | None = None
        self.start()

    def run(self, command: str, *words: str) -> str:
        """A collector's command in its namespace."""
        line = [*COLLECTOR, command, "--dir", str(self.folder / "c"), *words]
        done = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def start(self) -> None:
        """Serve."""
        with (self.folder / "house.log").open("ab") as log:
            line = [*COLLECTOR, "serve", "--dir", str(self.folder / "c"), "--host", "10.200.0.1", "--port", "8889"]
            self.child = self.net.start("house", *line, stdout=log, stderr=log, cwd=str(ROOT))

    def kill(self) -> None:
        """kill -9, and start it again."""
        assert self.child is not None
        os.killpg(self.child.pid, signal.SIGKILL)
        self.child.wait(10)
        self.start()

    def kill_database(self) -> None:
        """As a crash does; its children notice by themselves."""
        self.server.stop(signal.SIGKILL)
        time.sleep(0.7)
        self.server.start()


class Site:
    """A site's network, its camera, and its agent."""

    def __init__(self, net: Bench, house: House, name: str, number: int, folder: Path) -> None:
        self.net, self.name, self.folder = net, name, folder
        folder.mkdir()
        net.host(name, f"10.200.0.{10 + number}/24")
        lan = f"l{name}"
        net.host(lan, "10.0.0.2/24")  # on the common bridge at first: its cable is moved to the site's own
        net.ip(lan, "link", "del", "eth0")
        net.ip(name, "link", "add", "eth1", "type", "veth", "peer", "name", "eth0", "netns", net.space(lan))
        net.ip(name, "addr", "add", "10.0.0.1/24", "dev", "eth1")
        net.ip(name, "link", "set", "eth1", "up")
        net.ip(lan, "link", "set", "eth0", "up")
        net.ip(lan, "addr", "add", "10.0.0.2/24", "dev", "eth0")
        net.start(lan, sys.executable, "-c", CAMERA)
        (folder / "agent.toml").write_text(CONFIG.format(site=name, state=folder / "state"))
        token = json.loads(house.run("token", "--site", name, "--new", "Example Marine LLC", "--json"))[0]["token"]
        (folder / "token").write_text(token)
        told = self.laydown(
            "agent", "enroll", "https://10.200.0.1:8889", "--token-file", "token", "--ca", str(house.folder / "tls.pem")
        )
        assert told.returncode == 0, told.stderr

    def laydown(self, *words: str) -> subprocess.CompletedProcess[bytes]:
        """A command at the site."""
        line = self.net.words(self.name, *LAYDOWN, *words)
        return subprocess.run(line, cwd=self.folder, capture_output=True, timeout=90)

    def prepared(self, template: Path, dice: random.Random) -> None:
        """Reports that wait in the spool: small ones, with evidence that packs no smaller."""
        for number in range(EACH):
            made = self.folder / f"report{number}"
            body = made / "bodies" / "aa"
            subprocess.run(["cp", "-a", str(template), str(made)], check=True)
            body.mkdir(parents=True, exist_ok=True)
            (body / ("aa" + "0" * 62)).write_bytes(dice.randbytes(3_000_000))
            report = json.loads((made / "report.json").read_bytes())
            report["site"]["id"], report["agent"] = self.name, f"{report['agent']} {number}"
            (made / "report.json").write_text(json.dumps(report))
            told = self.laydown("push", str(made), "--no-send")
            assert told.returncode == 0, told.stderr

    def live(self) -> None:
        """The agent runs, and scans at once."""
        with (self.folder / "agent.log").open("ab") as log:
            self.net.start(self.name, *LAYDOWN, "agent", "run", "--scan", stdout=log, stderr=log, cwd=str(self.folder))

    def status(self) -> dict[str, Any]:
        """`laydown agent status --json`."""
        return json.loads(self.laydown("agent", "status", "--json").stdout)  # type: ignore[no-any-return]

    def receipts(self) -> list[bytes]:
        """All that the agent holds, beside the reports."""
        return [path.read_bytes() for path in self.folder.rglob("receipts/*.json")]


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as made:
        yield made


def test_every_report_arrives_once(bench: Bench, server: Server, template: Path, tmp_path: Path) -> None:  # noqa: F811
    dice = random.Random(11)
    house = House(bench, server, tmp_path)
    _reachable(bench)
    sites = [Site(bench, house, name, number, tmp_path / name) for number, name in enumerate(SITES, 1)]
    with ThreadPoolExecutor(2) as hands:
        list(hands.map(lambda site: site.prepared(template, random.Random(site.name)), sites))
    for site in sites:
        site.live()
    for number in range(KILLS):
        time.sleep(dice.uniform(0.4, 1.4))
        if number in DATABASE_KILLS:
            house.kill_database()
        house.kill()
    _until(
        lambda: all(
            site.status()["spool"]["parcels"] == 0 and site.status()["scans"]["last"]["state"] == "done"
            for site in sites
        ),
        sites,
    )
    key = public((tmp_path / "c" / "collector.key.pub").read_bytes(), "collector.key.pub")
    chain = sorted(
        (receipt_of(data, key, "receipt") for site in sites for data in site.receipts()), key=lambda one: one[0].number
    )
    assert len(chain) == len(SITES) * (EACH + 1) and broken(chain) == ""
    _once([receipt for receipt, _ in chain], house)


def _reachable(net: Bench) -> None:
    for _ in range(100):
        if (
            net.run(
                "house", sys.executable, "-c", "import socket; socket.create_connection(('10.200.0.1', 8889), 1)"
            ).returncode
            == 0
        ):
            return
        time.sleep(0.1)


def _once(receipts: list[Receipt], house: House) -> None:
    """Each report of each site is in the store once, and in no other site."""
    assert len({one.report for one in receipts}) == len(receipts) == len({one.parcel for one in receipts})
    assert {one.site: sum(other.site == one.site for other in receipts) for one in receipts} == dict.fromkeys(
        SITES, EACH + 1
    )
    rows = house.server.sql(
        "select count(*), count(distinct digest), count(distinct (site, report)) from parcel", "house"
    )
    assert rows.strip() == "|".join([str(len(receipts))] * 3)


def _until(holds: Any, sites: list[Site], seconds: float = 60.0) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "\n".join((site.folder / "agent.log").read_text()[-1500:] for site in sites)
        time.sleep(0.5)
