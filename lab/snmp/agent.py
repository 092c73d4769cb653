"""Answers SNMP for one device: v2c by community, v3 by engine discovery and user security; silent to all else."""

from collections.abc import Callable, Mapping

from lab.snmp import ber
from lab.snmp.ber import Oid
from lab.snmp.usm import User, Usm
from lab.snmp.view import UPTIME, View

MOST_REPEATS, MOST_BYTES = 60, 1400
NOT_WRITABLE = 17


class Agent:
    """One device's agent. `clock` gives seconds since it started.

    `contexts`: {name: view} of a switch that keeps a station table a VLAN; `vlan-20` is `community@20` to version 2c.
    """

    def __init__(
        self,
        view: View,
        clock: Callable[[], float],
        community: str = "",
        engine: bytes = b"",
        user: User | None = None,
        contexts: Mapping[str, View] | None = None,
    ) -> None:
        self._clock, self._community = clock, community.encode()
        self._views: dict[str, View] = {"": view, **(contexts or {})}
        self._usm = Usm(engine, user, clock) if engine else None

    def reply(self, message: bytes) -> bytes | None:
        """The answer, or None where a real agent stays silent (wrong community, other version, broken bytes)."""
        try:
            (_, version), (tag, second), *rest = ber.elements(ber.element(message)[1])
            if ber.number(version) in (0, 1) and tag == ber.OCTETS:
                return self._open(version, second, rest[0])
            if ber.number(version) == 3 and self._usm is not None:
                return self._usm.reply(message, self._answer)
        except (ValueError, IndexError):
            return None  # what a real agent does with broken bytes
        return None

    def _open(self, version: bytes, community: bytes, pdu: tuple[int, bytes]) -> bytes | None:
        own, _, vlan = community.partition(b"@")
        if not self._community or own != self._community:
            return None
        answer = self._answer(*pdu, context=f"vlan-{vlan.decode('ascii', 'replace')}" if b"@" in community else "")
        return ber.sequence(ber.tlv(ber.INTEGER, version), ber.octets(community), answer) if answer else None

    def _answer(self, tag: int, pdu: bytes, context: str = "") -> bytes | None:
        """The response PDU to a request PDU; None for kinds that need no answer, and for contexts that are not there."""
        view = self._views.get(context)
        if view is None:
            return None
        (_, number), (_, a), (_, b), (_, asked) = ber.elements(pdu)
        oids = [ber.oid_of(next(ber.elements(bind))[1]) for _, bind in ber.elements(asked)]
        if tag == ber.GET:
            binds = [self._bind(oid, self._value(view, oid)) for oid in oids]
        elif tag == ber.NEXT:
            binds = [self._step(view, oid)[1] for oid in oids]
        elif tag == ber.BULK:
            binds = self._bulk(view, oids, max(0, ber.number(a)), min(ber.number(b), MOST_REPEATS))
        else:  # a SET: the lab is read-only, and says so
            return ber.sequence(
                ber.tlv(ber.INTEGER, number),
                ber.integer(NOT_WRITABLE),
                ber.integer(1),
                ber.sequence(asked),
                tag=ber.RESPONSE,
            )
        head = (ber.tlv(ber.INTEGER, number), ber.integer(0), ber.integer(0))
        return ber.sequence(*head, ber.sequence(*binds), tag=ber.RESPONSE)

    def _value(self, view: View, oid: Oid) -> bytes | None:
        value = view.get(oid)
        if oid == UPTIME and value is not None:
            return ber.integer(8_640_000 + int(self._clock() * 100), ber.TICKS)
        return value

    @staticmethod
    def _bind(oid: Oid, value: bytes | None) -> bytes:
        return ber.sequence(ber.oid(oid), value if value is not None else ber.tlv(ber.NO_SUCH, b""))

    def _step(self, view: View, oid: Oid) -> tuple[Oid | None, bytes]:
        found = view.after(oid)
        if found is None:
            return None, ber.sequence(ber.oid(oid), ber.tlv(ber.END_OF_VIEW, b""))
        return found[0], self._bind(found[0], self._value(view, found[0]))

    def _bulk(self, view: View, oids: list[Oid], single: int, repeats: int) -> list[bytes]:
        """RFC 3416 4.2.3: the first `single` once, the others `repeats` times, as far as one datagram holds."""
        binds = [self._step(view, oid)[1] for oid in oids[:single]]
        walking: list[Oid] = oids[single:]
        for _ in range(repeats if walking else 0):
            steps = [(oid, *self._step(view, oid)) for oid in walking]
            binds += [bind for _, _, bind in steps]
            if all(after is None for _, after, _ in steps) or sum(map(len, binds)) > MOST_BYTES:
                break
            walking = [oid if after is None else after for oid, after, _ in steps]
        return binds
