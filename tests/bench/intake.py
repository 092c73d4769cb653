"""Intake: parcels acknowledged a second of the server's own processor time, over HTTP and SQLite, then rows; summaries and whole reports.

The client is bare sockets in this process, its requests made and signed beforehand, so that what is measured is the server. Whatever was
acknowledged is counted in the database afterwards: none may be missing.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

from sqlalchemy import func, select

from collector.people import tokens
from collector.people.register import checked, taken
from collector.place import made, opened
from collector.rows.writer import Writer
from collector.setup import ready_made
from collector.store.tables import organisation, parcel
from model.canonical import digest
from model.report import Site
from model.signed_request import asked, header
from tests.bench.rows import ROOT, Row, row
from tests.collector.house import House
from tests.collector.site import CISCO, HUAWEI, PIECE, Agent, evidence, stamp

TITLE = "the collector's intake"
AGENTS, LINES = 100, 64
COUNT = {"summary": 3000, "full": 300}
LIMITS = "[limits]\nrequests = 1000000\nbytes = 100000000000\nparcels = 1000000\nday_bytes = 1000000000000\nbacklog = 1000000\n"
TICK = os.sysconf("SC_CLK_TCK")


def requests(agents: list[Agent], release: str, count: int) -> list[list[bytes]]:
    """The HTTP requests of each parcel, piece by piece, signed now."""
    found = []
    for number in range(count):
        agent = agents[number % len(agents)]
        site = Site(id=agent.home.site.id)
        devices = {f"10.0.{number % 50}.{n}": CISCO if n % 5 else HUAWEI for n in range(1, 11)}
        body = agent.parcel(evidence(site, devices, at=stamp(-60 - number * 0.001)), release)
        found.append((agent, body))
    return [_request(agent, body) for agent, body in found]


def _request(agent: Agent, body: bytes) -> list[bytes]:
    found = []
    for offset in range(0, len(body), PIECE):
        piece = body[offset : offset + PIECE]
        path = f"/api/v1/uploads/{digest(body)[7:]}?offset={offset}&size={len(body)}"
        held = header(agent.key, asked("PATCH", path, piece, stamp(), secrets.token_urlsafe(16)))
        head = f"PATCH {path} HTTP/1.1\r\nHost: x\r\nAuthorization: {held}\r\nContent-Length: {len(piece)}\r\n\r\n"
        found.append(head.encode() + piece)
    return found


async def sent(port: int, all_of_them: list[list[bytes]]) -> int:
    """Send them over some connections; how many were answered 201."""
    left, good = list(reversed(all_of_them)), 0

    async def line() -> None:
        nonlocal good
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        while left:
            for piece in left.pop():
                writer.write(piece)
                head = await reader.readuntil(b"\r\n\r\n")
                length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
                await reader.readexactly(length)
                good += head.startswith(b"HTTP/1.1 201")
        writer.close()

    await asyncio.gather(*(line() for _ in range(LINES)))
    return good


def cpu(pid: int) -> float:
    """Seconds of processor that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def measure() -> Iterator[Row]:
    """One row a figure."""
    for release, count in COUNT.items():
        with tempfile.TemporaryDirectory() as place:
            yield from _measured(Path(place) / "d", release, count)


def _measured(folder: Path, release: str, count: int) -> Iterator[Row]:
    made(folder)
    (folder / "collector.toml").write_text(LIMITS)
    place = opened(folder, checked=False)
    ready_made(place)
    with House(folder) as house:
        org = house.organisation()
        with place.store.system(write=True) as tx:
            taken(tx, org, [checked({"site": f"s{n}", "entity": "E"}, "bench") for n in range(AGENTS)])
            words = tokens.issued(tx, org, [f"s{n}" for n in range(AGENTS)], "bench")
        agents = [Agent(house.client) for _ in words]
        from collector.views.uploads import intake  # noqa: F401  (the application is up)

        house.client.app.state.intake.strangers._most = house.client.app.state.intake.strangers._rate = 1e9
        for agent, word in zip(agents, words, strict=True):
            assert agent.enrol(word.token).status_code == 201
    command = [sys.executable, "-m", "collector.command", "serve", "--dir", str(folder), "--port", "0", "--no-rows"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as served:
        assert served.stdout is not None
        port = int(served.stdout.readline().rpartition(":")[2])
        ready = requests(agents, release, count)
        asyncio.run(sent(port, [[b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n"]] * 10))
        used, begin = cpu(served.pid), perf_counter()
        good = asyncio.run(sent(port, ready))
        wall, spent = perf_counter() - begin, cpu(served.pid) - used
        served.kill()
    with place.store.system() as tx:
        kept = tx.execute(select(func.count()).select_from(parcel)).scalar_one()
        orgs = tx.execute(select(func.count()).select_from(organisation)).scalar_one()
    assert kept == good and orgs >= 1, f"{good} acknowledged, {kept} kept"
    goal = 2000 if release == "summary" else None
    yield row(f"{release}, acknowledged a CPU second ({good:,} of {count:,})", good / spent, "/s", goal, least=True)
    yield row(f"{release}, acknowledged a second of the clock", good / wall, "/s")
    begin_cpu, begin = os.times(), perf_counter()
    done = Writer(place).drained()
    spent = sum(os.times()[:2]) - sum(begin_cpu[:2])
    yield row(f"{release}, to rows a CPU second", done / spent, "/s", 250, least=True)
    yield row(f"{release}, to rows a second of the clock", done / (perf_counter() - begin), "/s")
    place.store.close()
