"""One listening from its order to its report: the filter, the wire process, the ledger, and the judging of what was heard."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from agent import clock
from agent.conclude import concluded
from agent.engine import engine
from agent.frames import _read
from agent.frames._places import places
from agent.hold import POSSESSION, alone, first
from agent.links import Link, links
from agent.listen.assembler import Step
from agent.listen.bpf import program
from agent.listen.order import Order
from agent.listen.run import Hearing
from agent.progress import Shown
from agent.scan.resume import run_id
from agent.spool import Spool
from agent.wire_client import WireProcess
from fingerprints.pack import load
from model.evidence import Observation
from model.report import Report
from model.run import End, Ledger, Start, noted
from model.spans import Spans
from model.times import written
from model.trouble import Trouble, UsageTrouble

PROBE = "listen"


def conduct(order: Order, folder: Path, show: Shown) -> tuple[Report, str]:
    """The report, saved in `folder`, and why it ended before its time ("" if it did not)."""
    link = link_of(order.interface, links())
    with _wire(link) as wire, alone(folder):
        pack = load()
        if first(folder):
            show.say(POSSESSION)
        with Spool(folder, show.say) as spool:
            stopped = _hear(order, wire, spool, show)
        show.say("assessing")
        return concluded(folder, pack, show.say), stopped


def link_of(name: str, mine: list[Link]) -> Link:
    """The interface of this name; UsageTrouble names those there are."""
    there = {link.name: link for link in mine if link.kind == "link"}
    if name not in there:
        raise UsageTrouble(f"-i {name}", "no interface that could hear a site", f"choose one of: {', '.join(there)}")
    if not there[name].up:
        raise Trouble(name, "the interface is down", f"sudo ip link set {name} up")
    return there[name]


@contextmanager
def _wire(link: Link) -> Iterator[WireProcess]:
    """The wire process, allowed to send nothing; Trouble where it may not open packet sockets."""
    wire = WireProcess(Spans(), Spans(), 0.0, [link])
    try:
        if wire.lacks:
            from agent.doctor import RAW

            raise Trouble("listen", wire.lacks, RAW.replace("laydown scan", "laydown listen"))
        yield wire
    finally:
        wire.close()


def _hear(order: Order, wire: WireProcess, spool: Spool, show: Shown) -> str:
    vantage = f"{socket.gethostname()}/{order.interface}"
    now = clock.stamp()
    start = Start(
        run=run_id(now, vantage),
        tool=f"laydown {engine().partition(' ')[0]}{_traffic(order)}",
        vantage=vantage,
        site=order.config.site,
        authority=order.config.authority,
        probes=(PROBE,),
    )
    ledger = _Ledger(start, order, spool)
    base = Observation(PROBE, vantage, order.interface, f"listen on {order.interface}", "noted", now)
    hearing = Hearing(order, base, spool.write, show)
    show.say(_begin(order))
    hearing.go(wire.listen(order.interface, _filter(order), order.promiscuous), wire.hush)
    ledger.close(hearing)
    return hearing.stopped


def _filter(order: Order) -> tuple[Step, ...]:
    heard = places(_read.places(bool(order.servers)))
    try:
        return program(heard, order.servers)
    except ValueError as fault:
        raise UsageTrouble("--traffic", str(fault), "name fewer TARGETs, as whole networks") from None


def _traffic(order: Order) -> str:
    return f"; with --traffic of {', '.join(order.servers.texts())}" if order.servers else ""


def _begin(order: Order) -> str:
    until = f"for {order.seconds:,} s" if order.seconds else "until Ctrl-C"
    return f"listening on {order.interface} {until}{_traffic(order)}; nothing is sent"


class _Ledger:
    """What the run notes of itself. Until it is closed it says `incomplete`: a kill cannot write a last word."""

    def __init__(self, start: Start, order: Order, spool: Spool) -> None:
        self._start, self._name, self._spool = start, order.interface, spool
        self._note(start)
        self._row("incomplete", False, "it did not end by itself")

    def close(self, hearing: Hearing) -> None:
        """The last word."""
        lost = f"{hearing.dropped:,} frames were lost" if hearing.dropped else ""
        why = "; ".join(filter(None, (hearing.stopped, lost)))
        self._row("incomplete" if why else "done", bool(hearing.heard), "; ".join(filter(None, (hearing.told(), why))))
        self._note(End(self._start.run, "incomplete" if why else "done", why))

    def _row(self, status: str, heard: bool, reason: str) -> None:
        asked = (self._name,)
        self._note(Ledger(self._start.run, PROBE, self._name, status, asked, asked if heard else (), reason=reason))

    def _note(self, event: Start | Ledger | End) -> None:
        self._spool.write(noted(event, self._start.vantage, written(clock.now())))
