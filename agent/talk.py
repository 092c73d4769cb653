"""One dialogue of one probe with one target: its questions held to the rules, its answers made evidence."""

from collections import deque
from collections.abc import Callable, Iterable
from functools import partial

from agent.ask import (
    Certificate,
    Dialogue,
    Group,
    Hops,
    Neighbours,
    Nodes,
    Radio,
    Reply,
    Request,
    Snmp,
    Sweep,
    Target,
    Tcp,
    Udp,
)
from agent.exchange.floor import Floor, Heard
from agent.exchange.snmp import Poll
from agent.exchange.tcp import Connection
from agent.exchange.udp import Datagram
from agent.ground import Ground, harmless, media_of
from agent.jobs.group import Asking
from agent.jobs.machine import Radios, Way
from agent.jobs.neighbours import Neighbourhood
from agent.jobs.nodes import Everybody
from agent.jobs.sweep import Sweeping
from agent.jobs.wired import Wired
from agent.outcome import Counts, Outcome
from agent.parties import Job, Probe
from model.evidence import Evidence
from model.trouble import place

Long = Sweep | Neighbours | Group | Nodes | Hops | Radio
LONGEST = 20_000  # questions in one dialogue: whatever the device says, it ends
End = Callable[["Talk", Outcome], None]


class Talk:
    """Runs a probe's generator. A bug in it ends this dialogue alone and is told in the Outcome."""

    def __init__(
        self, ground: Ground, floor: Floor, probe: str, target: Target, end: End, past: Iterable[Evidence] = ()
    ) -> None:
        """`past`: what an earlier, unfinished try of this dialogue kept: a question of it is answered from there."""
        self.ground, self.floor, self.probe, self.target = ground, floor, probe, target
        self.counts = Counts()
        self._end = end
        self._dialogue: Dialogue | None = None
        self._request: Request | None = None
        self._job: Job | None = None
        self._past: dict[str, deque[Evidence]] = {}
        self._questions = self._kept = 0
        for one in past:
            self._past.setdefault(one.observation.asked, deque()).append(one)
            self._kept += 1
        self._parent: str | None = None
        self._over = False

    def begin(self, module: Probe) -> None:
        """Make the dialogue and ask its first question on the loop's next turn."""

        def first() -> None:
            try:
                self._dialogue = module.ask(self.target)
            except Exception as fault:  # noqa: BLE001 - whatever is wrong in one probe must not end the run
                self._finish(told(self.probe, fault))
            else:
                self._advance(None)

        self.floor.reactor.later(0.0, first)

    def keep(self, heard: Heard, asked: str, media: str) -> None:
        """Make evidence of what was heard. Silence is kept only inside a dialogue that brought something before."""
        if heard.body is None and heard.status not in ("refused", "failed") and self._parent is None:
            return
        made = self.ground.keep(
            self.probe, self.target, asked, heard.status, heard.body, media, self._parent, self._kept
        )
        self._parent = self._parent or made.id
        self._kept += 1

    def keep_other(self, address: str, asked: str, body: bytes, media: str) -> None:
        """Make evidence of what one address of a sweep said: a dialogue of its own."""
        self.ground.keep(self.probe, Target(address=address), asked, "answered", body, media)
        self._kept += 1

    def keep_from(
        self, address: str, asked: str, body: bytes, media: str, parent: str | None = None, step: int = 0
    ) -> Evidence:
        """Make evidence of what an address of the target's link said: piece `step` of a dialogue of its own."""
        who = Target(address=address, interface=self.target.interface)
        self._kept += 1
        return self.ground.keep(self.probe, who, asked, "answered", body, media, parent, step)

    def tell(self, reply: Reply) -> None:
        """A batch of a job: the probe hears it; what it asks meanwhile is the same job still."""
        self._advance(reply, waiting=True)

    def job_done(self, reply: Reply) -> None:
        """The job is over: the probe hears the last reply and may ask something else."""
        self._job = None
        self._advance(reply)

    def interrupt(self, flag: bool) -> None:
        """End at once; with `flag`, evidence already kept gets a last piece with status `cut`."""
        if self._over:
            return
        if flag and self._parent is not None and self._request is not None:
            self.keep(Heard("cut"), self._request.asked, "")
        if self._job is not None:
            self._job.stop()
        self._finish(interrupted=True)

    def _advance(self, reply: Reply | None, waiting: bool = False) -> None:
        if self._over or self._dialogue is None:
            return
        try:
            request = next(self._dialogue) if reply is None else self._dialogue.send(reply)
        except StopIteration:
            self._dialogue = None
            if not waiting:  # a job goes on though its probe needs no more batches: the ledger does
                self._finish()
        except Exception as fault:  # noqa: BLE001 - whatever is wrong in one probe must not end the run
            self._finish(told(self.probe, fault))
        else:
            if not waiting:
                self._put(request)

    def _put(self, request: Request) -> None:
        self._request = request
        self._questions += 1
        if self._questions > LONGEST:
            self.counts.note("cut", f"more than {LONGEST} questions")
            self.keep(Heard("cut"), request.asked, "")
            self._finish()
            return
        if isinstance(request, Long):
            self._job = self._job_of(request)
            return
        reason = self.ground.forbids(request, self.target)
        # By its question, not by its place: what was learned since may make a probe leave one out.
        if not reason and self._past and (held := self._past.get(request.asked)):
            self.floor.reactor.later(0.0, partial(self._remember, held.popleft()))
        elif reason:
            self.floor.soon(self._heard, Heard("excluded", None, reason))
        else:
            self._send(request)

    def _send(self, request: Request) -> None:
        host = self.target.address
        match request:
            case Udp():
                Datagram(self.floor, host, request.port, request.payload, request.wait, request.retries, self._heard)
            case Tcp() | Certificate():
                Connection(self.floor, host, request, self._heard)
            case Snmp():
                Poll(self.floor, self.ground.desk, host, request, self._heard)
            case _:
                self._finish(f"probe {self.probe}: asked for a {type(request).__name__}, which is no request")

    def _job_of(self, request: Long) -> Job:
        match request:
            case Group():
                return Asking(self, request)
            case Nodes():
                return Everybody(self, request)
            case Neighbours():
                return Neighbourhood(self, request)
            case Radio():
                return Radios(self, request)
            case Hops():
                return Way(self, request)
            case _:
                return Sweeping(self, request) if request.kind == "udp" else Wired(self, request)

    def _remember(self, one: Evidence) -> None:
        """The device said this once already: it is not asked again."""
        if self._over:
            return
        self._parent = one.observation.parent or one.id
        status = one.observation.status
        self.counts.note("answered" if one.body is not None else status)
        self._advance(Reply(status, one.body or b""))

    def _heard(self, heard: Heard) -> None:
        if self._over or self._request is None:
            return
        heard = heard._replace(body=harmless(self._request, heard.body))
        # A port that opened is an answer, and so is one cut at its limit; a dialogue is `cut` where it did not end.
        self.counts.note("answered" if heard.body is not None else heard.status, heard.reason)
        self.keep(heard, self._request.asked, media_of(self._request))
        self._advance(Reply(heard.status, heard.body or b""))

    def _finish(self, fault: str = "", interrupted: bool = False) -> None:
        if self._over:
            return
        self._over = True
        if self._dialogue is not None:
            self._dialogue.close()
        who = "" if self.target.interface and not self.target.address else self.target.address
        self._end(self, self.counts.outcome(who, self._kept, fault, interrupted))


def told(probe: str, fault: Exception) -> str:
    """A bug in one line: the probe, the kind of error, and where. What the device sent is not quoted."""
    return f"probe {probe}: {type(fault).__name__} at {place(fault)}: report this as a bug"
