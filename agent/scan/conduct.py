"""One scan from its order to its report: opens what it needs, runs, and judges what was gathered, however the run ended."""

import socket
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from datetime import datetime
from pathlib import Path

import msgspec

from agent import clock, radio
from agent.budget import Budget, Profile
from agent.conclude import concluded
from agent.driver import Driver
from agent.engine import engine
from agent.exchange.group import Home
from agent.hold import POSSESSION, alone
from agent.links import Link, family, links, source_for
from agent.minute import MINUTE, Minute
from agent.progress import Shown
from agent.readers import readers
from agent.scan.emit import Emit
from agent.scan.known import Known
from agent.scan.ledger import Books
from agent.scan.order import Order
from agent.scan.plan import Near, Plan, plan
from agent.scan.reached import Reached
from agent.scan.resume import Before, before, run_id
from agent.scan.run import Run
from agent.scan.watch import Watch
from agent.scope import LINK_LOCAL, holds
from agent.spool import Spool
from agent.wire_client import WireProcess
from fingerprints.pack import Pack, load
from model.report import Report
from model.run import End, Start
from model.spans import Spans, spans
from model.times import read as moment

PUNCTUAL = 0.97  # of the promised rate: what timers and queues bunch together must not pass it
STEADY = (
    0.9  # of the total and of a host's rate: on a busy machine a connection's packets leave later than they were booked
)


def planned(order: Order) -> tuple[Plan, list[Link]]:
    """The plan for this machine."""
    mine = links() if order.port_map is None else []
    return plan(order, mine, radio.there()), mine


def sources(made: Plan, mine: Sequence[Link]) -> list[tuple[str, str, str]]:
    """(interface, MAC, address) that packets will leave from."""
    found = {near.link.name: near.link.addresses[0][0] for near in made.near}
    far = next((str(address) for address in (made.far | made.vast).addresses()), "")
    own = source_for(far) if far and made.order.port_map is None else ""
    for link in mine:
        if own in {address for address, _ in link.addresses}:
            found.setdefault(link.name, own)
    macs = {link.name: link.mac for link in mine}
    return [(name, macs.get(name, ""), address) for name, address in found.items()]


def conduct(order: Order, folder: Path, show: Shown) -> tuple[Report, str]:
    """The report, saved in `folder`, and why the run ended early ("" if it did not)."""
    made, mine = planned(order)
    with alone(folder):
        pack = load()
        away = next((name for name, _, _ in reversed(sources(made, mine))), "lo")
        vantage = f"{socket.gethostname()}/{away}"
        wanted = _start(made, vantage)
        earlier = before(folder, wanted, show.say)
        with Spool(folder, show.say) as spool:
            stopped = _run(made, mine, earlier, wanted, pack, spool, show, away)
        return judged(folder, pack, show), stopped


def _run(
    made: Plan, mine: Sequence[Link], earlier: Before, wanted: Start, pack: Pack, spool: Spool, show: Shown, away: str
) -> str:
    start = msgspec.structs.replace(wanted, run=earlier.start.run) if earlier.start else wanted
    books = Books(spool.write, start.run, start.vantage, clock.now, made.areas)
    if start != earlier.start:
        books.note(start)
    _tell(earlier, show)
    known = Known(pack.registry, readers(), [name for name, probe in made.probes.items() if probe.REACH == "link"])
    reached = Reached(made, books)
    emit = Emit(spool.write, known, (name for name, probe in made.probes.items() if probe.REACH == "host"))
    with _wire(made) as wire:
        lately, minute = _lately(earlier, clock.now(), time.monotonic()), Minute()
        if lately or minute.lately({near.link.name for near in made.near}):
            show.say(
                "all stations of a link were asked less than a minute ago: the same is not asked before that is over"
            )
        driver = _driver(made, mine, start, known, emit, wire, reached, away, lately, minute)
        run = Run(made, driver, wire, books, known, show, emit, away, reached)
        run.expect(earlier)
        stopped = run.go()
    books.close(stopped)
    books.note(End(start.run, "incomplete" if stopped else "done", stopped))
    return stopped


def _tell(earlier: Before, show: Shown) -> None:
    if earlier.first:
        show.say(POSSESSION)
    if earlier.start:
        show.say(f"going on with the unfinished run {earlier.start.run}: what it asked is not asked again")


def _start(made: Plan, vantage: str) -> Start:
    config, scope = made.order.config, made.order.config.scope
    public = f"; public addresses allowed: {made.order.public_reason}" if made.order.public_reason else ""
    return Start(
        run=run_id(clock.stamp(), vantage),
        tool=f"laydown {engine().partition(' ')[0]}{public}",
        vantage=vantage,
        site=config.site,
        authority=config.authority,
        targets=tuple(area.text for area in made.areas),
        exclude=scope.exclude,
        exclude_reason=scope.exclude_reason,
        fragile=scope.fragile,
        guest=scope.guest,
        profile=made.order.profile.name,
        probes=tuple(made.probes),
    )


def _lately(earlier: Before, now: datetime, monotonic: float) -> dict[tuple[str, str], float]:
    """When, by the monotonic clock, runs into this folder asked all stations of a link less than a minute ago."""
    asked: dict[tuple[str, str], float] = {}
    for probe, interface, at in earlier.groups:
        age = (now - moment(at)).total_seconds()
        if 0 <= age < MINUTE:
            asked[probe, interface] = max(asked.get((probe, interface), 0.0), monotonic - age)
    return asked


def _driver(
    made: Plan,
    mine: Sequence[Link],
    start: Start,
    known: Known,
    emit: Emit,
    wire: WireProcess | None,
    reached: Reached,
    away: str,
    lately: Mapping[tuple[str, str], float],
    minute: Minute,
) -> Driver:
    order = made.order
    own = next((link.addresses[0][0] for link in mine if link.name == order.interface and link.addresses), None)
    near: Spans = spans(text for link in mine if link.kind == "link" for text in link.prefixes.texts())
    return Driver(
        made.scope,
        Budget(_punctual(order.profile)),
        start.vantage,
        order.credentials,
        emit,
        clock.now,
        source_address=own,
        cautious=known.cautious,
        port_map=order.port_map,
        wire=wire,
        on_link=near,
        homes={one.link.name: _home(one) for one in made.near},
        on_group=reached,
        pulse=Watch({away, *(one.link.name for one in made.near)} if order.port_map is None else ()),
        asked_before=lately,
        minute=minute,
    )


def _home(near: Near) -> Home:
    """Its own addresses; of version 6 the link-local one, which every station of the link can answer."""
    mine = sorted((address for address, _ in near.link.addresses), key=lambda one: not holds(LINK_LOCAL, one))
    four, six = (next((one for one in mine if family(one) == version), "") for version in (4, 6))
    return Home(near.link.name, four, six, near.whole)


def _punctual(profile: Profile) -> Profile:
    return Profile(profile.name, profile.total * STEADY, profile.host * STEADY, profile.link * PUNCTUAL)


@contextmanager
def _wire(made: Plan) -> Iterator[WireProcess | None]:
    """The wire process, with nothing but the hosts of this machine's links in its scope; None without links."""
    if not made.near:
        with nullcontext() as nothing:
            yield nothing
        return
    targets = spans(text for near in made.near for text in near.hosts.texts())
    wire = WireProcess(
        targets, made.scope.exclude | made.scope.fragile, made.order.profile.link, [near.link for near in made.near]
    )
    try:
        yield wire
    finally:
        wire.close()


def judged(folder: Path, pack: Pack, show: Shown) -> Report:
    """Assess everything in `folder` and save the report."""
    show.say("assessing")
    return concluded(folder, pack, show.say)
