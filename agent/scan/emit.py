"""Where the driver's evidence goes: to disk first, then into what is known of the hosts."""

from collections.abc import Callable, Iterable

from agent.ask import Target
from agent.scan.known import Gathering, Known
from model.evidence import Evidence


class Emit:
    """The driver's `emit`: each piece goes to disk first, then into what is known."""

    def __init__(self, write: Callable[[Evidence], None], known: Known, hosts: Iterable[str]) -> None:
        """`hosts`: probes whose dialogues are with one host each, to be read when they have ended."""
        self._write, self._known, self._hosts = write, known, frozenset(hosts)
        self._gathering = Gathering()

    def __call__(self, evidence: Evidence) -> None:
        self._write(evidence)
        if evidence.observation.probe in self._hosts:
            self._gathering.add(evidence)
        elif evidence.observation.probe != "run":
            self._known.learn([evidence])

    def ended(self, probe: str, target: Target) -> None:
        """A dialogue ended: its pieces are read together."""
        found = self._gathering.take(probe, target.address)
        if found:
            self._known.learn(found)
