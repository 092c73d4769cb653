"""What a dialogue's outcome means for the ledger: which addresses were really asked, who answered, who refused."""

from itertools import islice

from agent.ask import Target
from agent.exchange.sweep import MUTE, SHUT
from agent.outcome import Outcome, Stopped
from agent.progress import Shown
from agent.scan.known import Known
from agent.scan.ledger import Books
from agent.scan.plan import ON_LINK, ROUTED, Plan
from agent.scope import CAP, count, names
from agent.wire_client import WireProcess
from model.spans import Spans, spans

REFUSED = "refused credential"  # how the driver's reason begins where a device refused one


class Tally:
    """Counts outcomes into `books` and shows them."""

    def __init__(self, plan: Plan, wire: WireProcess | None, books: Books, known: Known, show: Shown) -> None:
        self._plan, self._wire, self._books, self._known, self._show = plan, wire, books, known, show

    def count(self, name: str, target: Target, outcome: Outcome) -> bool:
        """Whether the dialogue ended by itself. Stopped if its link is gone."""
        if outcome.fault:
            self._books.fault(name, outcome.fault)
        if outcome.reason == "interrupted":
            self._books.cut_short(name, self._really(name, outcome), outcome.answered)
            return False
        self._enter(name, target, outcome)
        if self._plan.stages[name] != "arp":  # the wire process tells of each second itself
            self._show.step(self._stage(name, target), max(1, count(outcome.asked)))
        if outcome.reason in (MUTE, SHUT):
            self._books.fault(name, outcome.reason)
            raise Stopped(outcome.reason)
        if outcome.status in ("cut", "failed") and not target.address:
            self._link_trouble(name, target.interface, outcome.reason)
        return True

    def _enter(self, name: str, target: Target, outcome: Outcome) -> None:
        asked, answered = self._really(name, outcome), outcome.answered
        if not target.address and target.interface and not outcome.asked:
            # A question to all stations of a link: the link itself is what was asked.
            asked = spans([target.interface])
            answered = asked if outcome.evidence else answered
        if self._plan.stages[name] == "ports" and target.address in self._known.open:
            answered = outcome.asked  # an open port that says nothing is an answer too
        # A closed port refuses nobody: only a credential can be refused.
        told = self._plan.stages[name] == "snmp" and REFUSED in outcome.reason
        refused = outcome.refused - answered if told else Spans()
        within = self._link_hosts(target) if asked.labels else None
        self._books.count(name, asked, answered, refused, outcome.excluded, self._reason(target, outcome), within)

    def _reason(self, target: Target, outcome: Outcome) -> str:
        hosts = [target.address] if target.address else islice(names(outcome.excluded), CAP)
        why = dict.fromkeys(filter(None, map(self._known.why, hosts)))
        told = [outcome.reason, ", ".join(why)] if count(outcome.excluded) else [outcome.reason]
        return ": ".join(filter(None, told))

    def _really(self, name: str, outcome: Outcome) -> Spans:
        """What was asked: of a sweep that stopped in its middle, what the wire process sent."""
        if outcome.status not in ("cut", "failed") or outcome.fault:
            return outcome.asked
        if self._plan.stages[name] == "arp" and self._wire is not None:
            return (outcome.asked & self._wire.asked) | outcome.answered
        if any("%" not in label for label in outcome.asked.labels):  # a question to all stations of a link
            return outcome.answered if outcome.status == "failed" or outcome.reason == SHUT else outcome.asked
        return outcome.answered if outcome.asked.size > 1 else outcome.asked

    def _link_trouble(self, name: str, interface: str, reason: str) -> None:
        self._books.fault(name, reason)
        if self._wire is not None and interface in self._wire.stopped:
            raise Stopped(reason)

    def _link_hosts(self, target: Target) -> Spans:
        if not target.interface:  # of this machine itself
            return self._plan.hosts
        return next((near.area for near in self._plan.near if near.link.name == target.interface), Spans())

    def _stage(self, name: str, target: Target) -> str:
        """The name that progress is shown under."""
        if target.address:
            return name if self._plan.stages[name] in ("snmp", "ports") else "services"
        return f"{name}, {ROUTED if count(spans(target.addresses) & self._plan.far) else ON_LINK}"
