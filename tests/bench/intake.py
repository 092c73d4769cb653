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
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter

from sqlalchemy import func, select

from collector.intake.frame import opened as opened_parcel
from collector.intake.rates import Rates
from collector.people import tokens
from collector.people.register import checked, taken
from collector.place import made, opened
from collector.rows.writer import Writer
from collector.store.tables import parcel
from model.canonical import digest
from model.parcel import PACK
from model.report import Site
from model.signed_request import asked, header
from tests.bench.rows import ROOT, Row, row
from tests.collector.house import House
from tests.collector.site import CISCO, HUAWEI, PIECE, Agent, evidence, frame, stamp, tar

TITLE = "the collector's intake"
SITES, AGENTS, LINES = 5000, 1000, 64
COUNT = {"summary": 10000, "whole, without its pack": 3000, "whole, with its pack": 500}
GOALS = {"summary": 2000, "whole, without its pack": 250, "whole, with its pack": None}
LIMITS = "[limits]\nrequests = 1000000\nbytes = 100000000000\nparcels = 1000000\nday_bytes = 1000000000000\nbacklog = 1000000\n"
TICK = os.sysconf("SC_CLK_TCK")


def requests(agents: list[Agent], kind: str, count: int) -> list[list[bytes]]:
    """The HTTP requests of each parcel, piece by piece, signed now. `kind`: as in COUNT."""
    release = "summary" if kind == "summary" else "full"
    found = []
    for number in range(count):
        agent = agents[number % len(agents)]
        site = Site(id=agent.home.site.id)
        devices = {f"10.0.{number % 50}.{n}": CISCO if n % 5 else HUAWEI for n in range(1, 11)}
        body = agent.parcel(evidence(site, devices, at=stamp(-60 - number * 0.001)), release)
        found.append((agent, _without_pack(body) if kind == "whole, without its pack" else body))
    return [_request(agent, body) for agent, body in found]


def _without_pack(body: bytes) -> bytes:
    """As an agent sends it to a collector that has the pack."""
    return frame(tar({name: data for name, data in opened_parcel(body).items() if name != PACK}))


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


async def disturbed(port: int, good: list[list[bytes]], bad: list[list[bytes]], lines: int) -> float:
    """Seconds that the good ones take, one after another, while `bad` is asked over `lines` connections, again and again."""

    async def hammer() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        while True:
            for piece in bad[secrets.randbelow(len(bad))]:
                writer.write(piece)
                head = await reader.readuntil(b"\r\n\r\n")
                await reader.readexactly(int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0]))

    tasks = [asyncio.create_task(hammer()) for _ in range(lines)]
    await asyncio.sleep(1.5)  # what is allowed to it is used up by then
    begin = perf_counter()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for pieces in good:
        for piece in pieces:
            writer.write(piece)
            head = await reader.readuntil(b"\r\n\r\n")
            await reader.readexactly(int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0]))
            assert head.startswith(b"HTTP/1.1 201"), head
    spent = perf_counter() - begin
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return spent


def measure() -> Iterator[Row]:
    """One row a figure."""
    with tempfile.TemporaryDirectory() as place:
        yield from _hostile(Path(place) / "d")
    for kind, count in COUNT.items():
        with tempfile.TemporaryDirectory() as place:
            yield from _measured(Path(place) / "d", kind, count)


def _hostile(folder: Path) -> Iterator[Row]:
    """How much longer a good agent's uploads take beside one that asks as fast as it can, five rounds, the median of the ratios."""
    with _served(folder, "[limits]\nrequests = 600\nparcels = 100000\n", 2) as (port, (good, bad)):
        ratios = []
        for number in range(5):
            alone = asyncio.run(disturbed(port, requests([good], "summary", 8), [], 0))
            flood = [_request(bad, b"not zstd %d %d" % (number, n)) for n in range(2000)]
            beside = asyncio.run(disturbed(port, requests([good], "summary", 8), flood, 16))
            ratios.append(beside / alone)
        yield row("one agent's uploads beside a hostile one, times as long", sorted(ratios)[2], "x", 1.1)


def _measured(folder: Path, kind: str, count: int) -> Iterator[Row]:
    with _served(folder, LIMITS, AGENTS, SITES) as (port, agents):
        before = _pack_brought(folder, port, agents) if kind == "whole, without its pack" else 0
        ready = requests(agents, kind, count)
        asyncio.run(sent(port, [[b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n"]] * 10))
        pid = int((folder / "pid").read_text())
        used, begin = cpu(pid), perf_counter()
        good = asyncio.run(sent(port, ready))
        wall, spent = perf_counter() - begin, cpu(pid) - used
    place = opened(folder)
    with place.store.system() as tx:
        kept = tx.execute(select(func.count()).select_from(parcel)).scalar_one()
    assert kept == good + before, f"{good} acknowledged, {kept} kept"
    yield row(f"{kind}, acknowledged a CPU second ({good:,} of {count:,})", good / spent, "/s", GOALS[kind], least=True)
    yield row(f"{kind}, acknowledged a second of the clock", good / wall, "/s")
    begin_cpu, begin = os.times(), perf_counter()
    done = Writer(place).drained()
    spent = sum(os.times()[:2]) - sum(begin_cpu[:2])
    yield row(f"{kind}, to rows a CPU second", done / spent, "/s", 250, least=True)
    yield row(f"{kind}, to rows a second of the clock", done / (perf_counter() - begin), "/s")
    place.store.close()


def _pack_brought(folder: Path, port: int, agents: list[Agent]) -> int:
    """The first report of all comes with its pack, and its rows are written; how many parcels that was."""
    assert asyncio.run(sent(port, requests(agents[:1], "whole, with its pack", 1))) == 1
    place = opened(folder)
    done = Writer(place).drained()
    place.store.close()
    return done


@contextmanager
def _served(folder: Path, limits: str, count: int, sites: int = 0) -> Iterator[tuple[int, list[Agent]]]:
    """(port, agents) of a collector in a process of its own, `sites` or one an agent registered; its id is in `folder`/pid."""
    made(folder)
    with House(folder) as house:
        org = house.organisation()
        with house.place.store.system(write=True) as tx:
            taken(tx, org, [checked({"site": f"s{n}", "entity": "E"}, "bench") for n in range(max(count, sites))])
            words = tokens.issued(tx, org, [f"s{n}" for n in range(count)], "bench")
        agents = [Agent(house.client) for _ in words]
        house.client.app.state.intake.strangers = Rates(1_000_000, 1)
        for agent, word in zip(agents, words, strict=True):
            assert agent.enrol(word.token).status_code == 201
    (folder / "collector.toml").write_text(limits)
    command = [sys.executable, "-m", "collector.command", "serve", "--dir", str(folder), "--port", "0", "--no-rows"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as served:
        assert served.stdout is not None
        (folder / "pid").write_text(str(served.pid))
        try:
            yield int(served.stdout.readline().rpartition(":")[2]), agents
        finally:
            served.kill()
