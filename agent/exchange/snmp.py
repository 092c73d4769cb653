"""One SNMP request: the desk's datagrams carried over the wire, one request at a time for each device."""

from agent.ask import Snmp
from agent.exchange.floor import Done, Floor, Heard
from agent.exchange.udp import Datagram
from agent.snmp.desk import Desk
from agent.snmp.session import Back

PORT = 161


class Poll:
    """`done` hears the response PDU, or why there is none."""

    def __init__(self, floor: Floor, desk: Desk, host: str, request: Snmp, done: Done) -> None:
        self._floor, self._host, self._done = floor, host, done
        self._desk, self._request = desk, request
        floor.turns.ask(host, self._begin)

    def _begin(self) -> None:
        self._dialogue = self._desk.ask(self._request, self._host, self._floor.reactor.monotonic())
        self._step(None)

    def _step(self, heard: Heard | None) -> None:
        try:
            if heard is None:
                packet = next(self._dialogue)
            else:
                packet = self._dialogue.send(Back(heard.status, heard.body, self._floor.reactor.monotonic()))
        except StopIteration as end:
            self._floor.soon(self._over, Heard(end.value.status, end.value.pdu, end.value.reason))
            return
        Datagram(self._floor, self._host, PORT, packet.payload, packet.wait, packet.retries, self._step, packet.accept)

    def _over(self, heard: Heard) -> None:
        self._floor.turns.over(self._host)
        self._done(heard)
