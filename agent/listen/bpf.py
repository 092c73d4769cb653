"""The capture filter: a classic BPF program that lets the listed protocols pass; the kernel drops all else. Pure.

It says what agent.frames._pick says (a test compares them), for Ethernet frames with up to two VLAN tags left in. M[0] holds the
protocol over IP, M[1] and M[2] the ports, M[3] whether the packet is for a group; X is where the payload of Ethernet begins, less 14.
"""

import struct
from collections.abc import Iterable

from agent.frames._pick import TAGS
from agent.frames._places import EPHEMERAL, IPV4, IPV6, PRIVILEGED, Places
from agent.listen.assembler import (
    ABOVE_OR_EQUAL,
    ADD,
    ADD_X,
    AND,
    ANY_BIT,
    AT_BYTE,
    AT_HALF,
    AT_WORD,
    EQUAL,
    HOLD,
    LOAD,
    LOAD_HALF,
    LOAD_HELD,
    LOAD_X,
    RETURN,
    SHIFT,
    TO_A,
    TO_X,
    Program,
    Step,
)
from agent.listen.servers import servers
from model.spans import Spans

NOBODY = Spans()


def program(places: Places, whose: Spans = NOBODY) -> tuple[Step, ...]:
    """The filter for `places`; `whose`: servers of which the TCP ports of `places` may be heard, see agent.listen.servers."""
    tcp = bool(places.tcp and whose.ranges)
    made = Program()
    _tags(made)
    made.test(ABOVE_OR_EQUAL, 0x0600, other="llc")
    for kind in sorted(places.ether):
        made.keep(kind)
    made.test(EQUAL, IPV4, then="to ip4")
    made.test(EQUAL, IPV6, then="to ip6")
    made.do(RETURN, 0)
    for name in ("ip4", "ip6"):
        made.name(f"to {name}")
        made.jump(name)
    _llc(made, places)
    _ip4(made, places, tcp)
    _ip6(made, places, tcp)
    _udp(made, places.udp)
    if tcp:
        servers(made, whose, sorted(places.tcp))
    return made.steps()


def _tags(made: Program) -> None:
    """Leaves the EtherType in A and what tags take in X. The kernel keeps the outermost tag apart; others stand in the frame."""
    made.do(LOAD_X, 0)
    made.do(LOAD_HALF, 12)
    for depth in (1, 2):
        for kind in TAGS:
            made.test(EQUAL, kind, then=f"tag {depth}")
        made.jump("typed")
        made.name(f"tag {depth}")
        made.do(LOAD_X, 4 * depth)
        made.do(LOAD_HALF, 12 + 4 * depth)
    made.name("typed")


def _llc(made: Program, places: Places) -> None:
    made.name("llc")
    made.do(AT_BYTE, 14)
    for point in sorted(places.llc - {0xAA}):
        made.keep(point)
    made.test(EQUAL, 0xAA, other="snap drop")
    for number, octets in enumerate(sorted(places.snap)):
        head, tail = struct.unpack(">II", b"\xaa\xaa\x03" + octets)
        made.do(AT_WORD, 14)
        made.test(EQUAL, head, other=f"snap {number}")
        made.do(AT_WORD, 18)
        made.test(EQUAL, tail, then="snap keep")
        made.name(f"snap {number}")
    made.jump("snap drop")
    made.end("snap")


def _ip4(made: Program, places: Places, tcp: bool) -> None:
    made.name("ip4")
    made.do(AT_HALF, 20)
    made.test(ANY_BIT, 0x3FFF, then="ip4 drop")
    made.do(AT_BYTE, 30)
    _hold_group(made, 224)
    made.do(AT_BYTE, 23)
    for protocol in sorted(places.ip4):
        made.keep(protocol)
    if tcp:
        made.test(EQUAL, 6, other="no tcp")
        made.jump("server 4")
        made.name("no tcp")
    made.test(EQUAL, 17, other="ip4 drop")
    made.do(AT_BYTE, 14)
    made.do(AND, 15)
    made.do(SHIFT, 2)
    made.do(ADD_X)
    made.do(TO_X)
    made.jump("udp")
    made.end("ip4")


def _hold_group(made: Program, first: int) -> None:
    """M[3] = whether A, the first octet of the destination, is a group's: `first` or more."""
    made.test(ABOVE_OR_EQUAL, first, other=f"one {first}")
    made.do(LOAD, 1)
    made.jump(f"held {first}")
    made.name(f"one {first}")
    made.do(LOAD, 0)
    made.name(f"held {first}")
    made.do(HOLD, 3)


def _ip6(made: Program, places: Places, tcp: bool) -> None:
    made.name("ip6")
    made.do(AT_BYTE, 38)
    _hold_group(made, 255)
    made.do(AT_BYTE, 20)
    if tcp:
        made.test(EQUAL, 6, other="no tcp 6")
        made.jump("server 6")
        made.name("no tcp 6")
    made.do(HOLD, 0)
    made.test(EQUAL, 0, other="plain")
    made.do(AT_BYTE, 54)
    made.do(HOLD, 0)
    made.do(AT_BYTE, 55)
    made.do(ADD, 1)
    made.do(SHIFT, 3)
    made.do(ADD_X)
    made.do(TO_X)
    made.name("plain")
    made.do(TO_A)
    made.do(ADD, 40)
    made.do(TO_X)
    made.do(LOAD_HELD, 0)
    for protocol in sorted(places.ip6):
        made.keep(protocol)
    made.test(EQUAL, 17, then="to udp")
    made.test(EQUAL, 58, other="ip6 drop")
    made.do(AT_BYTE, 14)
    for kind in sorted(places.icmp6):
        made.keep(kind)
    made.jump("ip6 drop")
    made.end("ip6")
    made.name("to udp")
    made.jump("udp")


def _udp(made: Program, listed: Iterable[int]) -> None:
    """The rule of agent.frames._pick for datagrams."""
    ports = sorted(listed)
    made.name("udp")
    for held, at in ((1, 14), (2, 16)):
        made.do(AT_HALF, at)
        made.do(HOLD, held)
    made.do(LOAD_HELD, 3)
    made.test(EQUAL, 1, other="stations")
    made.do(LOAD_HELD, 2)
    for port in ports:
        made.keep(port)
    made.do(RETURN, 0)
    made.name("stations")
    for held in (1, 2):
        made.do(LOAD_HELD, held)
        made.test(ABOVE_OR_EQUAL, PRIVILEGED, then=f"fit {held}")
        _among(made, [port for port in ports if port < PRIVILEGED], f"fit {held}")
        made.do(RETURN, 0)
        made.name(f"fit {held}")
    for held in (1, 2):
        made.do(LOAD_HELD, held)
        for port in (port for port in ports if port < EPHEMERAL):
            made.keep(port)
    made.do(LOAD_HELD, 1)
    _among(made, ports, "both")
    made.do(RETURN, 0)
    made.name("both")
    made.do(LOAD_HELD, 2)
    for port in ports:
        made.keep(port)
    made.do(RETURN, 0)


def _among(made: Program, ports: Iterable[int], name: str) -> None:
    for port in ports:
        made.test(EQUAL, port, then=name)
