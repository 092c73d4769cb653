"""The driver: runs probes' dialogues with real devices. It alone owns sockets; no question gets around its rules.

    driver = Driver(scope, Budget(PROFILES["gentle"]), "scanner/eth0", credentials, spool.write, clock.now)
    driver.run([("ssh", probes.ssh, Target("10.0.0.5"))], on_done=note_in_ledger)

Every request of every probe is held to scope, manners, budget, time and size limits here. Each exchange that brought
something becomes one Evidence, handed to `emit` as it arrives.
"""

import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from agent.acquainted import acquainted
from agent.ask import Target
from agent.budget import Budget
from agent.exchange.floor import Floor, PortMap
from agent.exchange.group import Home
from agent.ground import Ground
from agent.lanes import Lanes
from agent.minute import Minute
from agent.outcome import Outcome, Stopped
from agent.parties import Probe, Wire
from agent.reactor import Reactor
from agent.scope import Scope
from agent.snmp.credentials import Credential
from agent.snmp.desk import Desk
from agent.talk import Talk
from model.evidence import Evidence
from model.spans import Spans

PARALLEL = 1024  # dialogues at once
PULSE = 1.0  # seconds
NO_HOMES: Mapping[str, Home] = {}
NEVER: Mapping[tuple[str, str], float] = {}


Work = tuple[str, Probe, Target]
OnDone = Callable[[str, Target, Outcome], None]


class Driver:
    """One run's driver; `run` may be called again for the next stage and keeps what it learned of credentials.

    `vantage`: `host` or `host/interface`; link dialogues put their own interface. `emit`: called with each Evidence at
    once; what it raises ends the run. `clock`: the wall clock. `cautious(address)`: whether the device there is of a
    maker on the caution list, asked before each request. `port_map`: see agent.exchange.floor.Floor. `on_link`:
    prefixes of this machine's links: asking a new address there makes the kernel ask the whole link; the link's budget
    pays. `memory(probe, target)`: the pieces of a dialogue that an earlier run could not finish; what they answer is not
    asked again. `homes`: this machine's links by name, and in which families all their stations may be asked; `on_group(probe,
    interface, family)`: called as soon as such a question has left. `asked_before`: when, by the monotonic clock, an earlier run
    asked all stations, by (probe, interface): the same waits until a minute has passed; `minute`: what this machine remembers of it
    across runs and folders. `pulse`: called about every second; what it raises ends the run.
    `strays` (datagrams from elsewhere), `budget.sent` (packets) and `refusals` are counted on the way.
    """

    def __init__(
        self,
        scope: Scope,
        budget: Budget,
        vantage: str,
        credentials: Sequence[Credential],
        emit: Callable[[Evidence], None],
        clock: Callable[[], datetime],
        monotonic: Callable[[], float] = time.monotonic,
        source_address: str | None = None,
        cautious: Callable[[str], bool] = lambda _: False,
        port_map: PortMap | None = None,
        wire: Wire | None = None,
        on_link: Spans | None = None,
        homes: Mapping[str, Home] = NO_HOMES,
        on_group: Callable[[str, str, int], None] = lambda *_: None,
        pulse: Callable[[], None] = lambda: None,
        asked_before: Mapping[tuple[str, str], float] = NEVER,
        minute: Minute | None = None,
    ) -> None:
        self.budget = budget
        self.strays = 0
        self._desk = Desk(credentials)
        self._source, self._port_map, self._monotonic = source_address, port_map, monotonic
        near = on_link or Spans()
        self._ground = Ground(
            scope,
            budget,
            vantage,
            emit,
            clock,
            cautious,
            wire,
            near,
            self._desk,
            homes,
            on_group,
            {},
            asked_before,
            minute,
        )
        self.pulse = pulse
        self.memory: Callable[[str, Target], Iterable[Evidence]] = lambda *_: ()

    @property
    def refusals(self) -> Sequence[tuple[str, str]]:
        """(address, credential's name) of every credential a device refused, once each."""
        return self._desk.refusals

    def add(self, work: Iterable[Work]) -> None:
        """More work for the run that is going on: for `on_done`, which knows what a finding calls for."""
        self._more.extend(work)

    def run(self, work: Iterable[Work], on_done: OnDone | None = None) -> None:
        """Run every dialogue to its end. KeyboardInterrupt comes through after what is under way was flagged `cut`."""
        self._more: deque[Work] = deque()
        self._work, self._on_done = iter(work), on_done
        self._talks: dict[int, Talk] = {}
        self._reactor = Reactor(self._monotonic)
        lanes = Lanes(self._reactor, self.budget, self._ground.on_link, acquainted=acquainted)
        self._floor = Floor(self._reactor, lanes, self._source, self._port_map)
        try:
            self._loop()
        except BaseException as end:
            self._interrupt(flag=isinstance(end, KeyboardInterrupt | Stopped))
            raise
        finally:
            self.strays += self._floor.tally.strays
            self._reactor.shut()

    def _loop(self) -> None:
        last = self._monotonic()
        while self._fill() or self._talks:
            self._reactor.turn()
            if self._monotonic() - last >= PULSE:
                last = self._monotonic()
                self.pulse()

    def _fill(self) -> bool:
        """Begin dialogues up to PARALLEL; whether any began."""
        began = False
        while len(self._talks) < PARALLEL:
            item = self._more.popleft() if self._more else next(self._work, None)
            if item is None:
                break
            began = True
            probe, module, target = item
            talk = Talk(self._ground, self._floor, probe, target, self._end, self.memory(probe, target))
            self._talks[id(talk)] = talk
            talk.begin(module)
        return began

    def _end(self, talk: Talk, outcome: Outcome) -> None:
        del self._talks[id(talk)]
        if self._on_done is not None:
            self._on_done(talk.probe, talk.target, outcome)

    def _interrupt(self, flag: bool) -> None:
        """Flag what is under way, unless evidence can no longer be kept; tell the ledger in any case."""
        for talk in list(self._talks.values()):
            talk.interrupt(flag)
