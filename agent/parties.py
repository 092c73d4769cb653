"""Whom the driver works with: what a probe and the wire process must be able to do, whoever they are."""

from collections.abc import Iterator, Mapping
from typing import Protocol

from agent.ask import Dialogue, Target
from model.spans import Spans

NO_WIRE = "no process here may read or send frames"


class Probe(Protocol):
    """The part of a probe module that the driver needs; see agent.ask."""

    def ask(self, target: Target) -> Dialogue:
        """The dialogue."""
        ...


class Wire(Protocol):
    """The privileged process, or what stands for it. Its calls raise Trouble if they cannot work here."""

    def arp(self, interface: str, addresses: Spans, rate: float) -> Iterator[list[tuple[str, str]]]:
        """Batches of (address, MAC), in the order they came. `rate`: frames/s at most.

        It yields at least every 0.2 s, an empty list if nothing came, so that other dialogues go on between batches. It
        ends when every address had its tries; closing it stops the sweep.
        """
        ...

    def nodes(self, interface: str, wait: float) -> Iterator[list[tuple[str, str]]]:
        """Who answers one ICMPv6 echo to all nodes of the link within `wait` seconds.

        Batches of (address without zone, MAC), at least every 0.2 s, an empty list if nothing came; closing it stops.
        """
        ...

    def neighbours(self, interface: str) -> list[Mapping[str, str]]:
        """The kernel's table: {"address", "mac", "state"} each. Sends nothing."""
        ...


class Job(Protocol):
    """Something long that a dialogue waits for."""

    def stop(self) -> None:
        """It is interrupted: tell the counts how far it came."""
