"""One TCP connection: connect, say the payload, hear the answer, within bounds of bytes, silence and total time."""

import errno
import socket
import ssl
import struct

from agent.ask import Certificate, Tcp
from agent.budget import BURST, FLIGHT, SEGMENT, TLS_PACKETS
from agent.exchange import acks
from agent.exchange.floor import CLOSED, Done, Floor, Heard, Place, failure
from agent.exchange.tls import Plain, Tls
from agent.reactor import READ, WRITE, Timer

TOTAL = 3  # times `wait`: the longest a connection may take, however steadily its bytes drip
CHUNK = 16_384
HANDSHAKE = 262_144  # bytes: no honest certificate chain is longer
RESET_ON_CLOSE = struct.pack("ii", 1, 0)  # SO_LINGER 0: no half-closed connections on small devices, no TIME_WAIT here


class Connection:
    """`done` hears what `agent.ask.Tcp` promises; for `Certificate`, the DER bytes. `limit` 0: just connect."""

    def __init__(self, floor: Floor, host: str, request: Tcp | Certificate, done: Done) -> None:
        self._floor, self._host, self._request, self._done = floor, host, request, done
        self._tcp = request if isinstance(request, Tcp) else None
        self._heard = bytearray()
        self._raw = self._paid = 0  # bytes that came; segments that were booked since the handshake
        self._over = False
        self._codec: Plain | Tls | None = None
        place = floor.place(host, request.port)
        if isinstance(place, Heard):
            self._over = True
            floor.soon(done, place)
            return
        self._place: Place = place
        floor.lanes.ask(host, "tcp", 1, self._connect, self._burst())

    def _burst(self) -> int:
        """Packets that leave at once where the peer answers at once."""
        if self._tcp is None or self._tcp.tls:
            return BURST + TLS_PACKETS + FLIGHT
        return BURST if self._tcp.limit > 0 else 2

    def _connect(self) -> None:
        reactor = self._floor.reactor
        self._last = reactor.monotonic()
        self._deadline = self._last + TOTAL * self._request.wait
        self._timer: Timer = reactor.later(self._request.wait, self._look)
        try:
            self._socket = self._floor.socket(self._place.family, socket.SOCK_STREAM)
        except OSError as fault:
            self._finish(failure(fault))
            return
        for level, option, value in (
            (socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE),
            (socket.IPPROTO_TCP, socket.TCP_NODELAY, 1),
            (socket.IPPROTO_TCP, socket.TCP_SYNCNT, 1),
        ):
            self._socket.setsockopt(level, option, value)
        acks.narrow(self._socket)
        reactor.watch(self._socket, WRITE, self._connected)
        code = self._socket.connect_ex(self._place.address)
        if code not in (0, errno.EINPROGRESS):
            self._end(failure(OSError(code, "connect")))

    def _connected(self) -> None:
        code = self._socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if code:
            self._end(failure(OSError(code, "connect")))
            return
        if self._tcp is not None and self._tcp.limit <= 0:  # a bare connect: it is open, that is all
            self._pay(2)
            self._end(Heard("silent", b""))
            return
        self._last = self._floor.reactor.monotonic()
        tls = self._tcp is None or self._tcp.tls
        payload = self._tcp.payload if self._tcp else b""
        self._codec = Tls(payload) if tls else Plain(payload)
        self._pay(2 + -(-len(payload) // SEGMENT) + (TLS_PACKETS if tls else 0))
        self._write()

    def _write(self) -> None:
        assert self._codec is not None
        try:
            if self._codec.outbox:
                self._codec.outbox = self._codec.outbox[self._socket.send(self._codec.outbox) :]
        except BlockingIOError:
            pass
        except OSError as fault:
            self._broken(fault)
            return
        busy = WRITE if self._codec.outbox else 0
        self._floor.reactor.watch(self._socket, READ | busy, self._step if busy else self._read)

    def _step(self) -> None:
        self._read()
        if not self._over:
            self._write()

    def _read(self) -> None:
        assert self._codec is not None
        try:
            raw = self._socket.recv(CHUNK)
            text = self._codec.take(raw) if raw else b""
        except (BlockingIOError, ssl.SSLWantReadError):
            return
        except ssl.SSLError as fault:
            self._end(Heard("failed", None, f"TLS: {fault.reason or 'no handshake'}"))
            return
        except OSError as fault:
            self._broken(fault)
            return
        self._last = self._floor.reactor.monotonic()
        self._raw += len(raw)
        self._heard += text
        self._judge(bool(raw) and not self._codec.closed)
        self._settle()

    def _pay(self, packets: int) -> None:
        self._paid += packets
        self._floor.lanes.spend(self._host, packets)

    def _settle(self) -> None:
        """Read no more before the host's budget has room for it."""
        if self._over or not self._count():
            return
        if acks.crumbs(self._paid, self._raw):
            self._end(Heard("cut", bytes(self._heard)))
            return
        rest = self._floor.lanes.rest(self._host)
        if rest > 0:
            self._last += rest  # a silence of ours is none of the peer's
            self._floor.reactor.rest(self._socket, rest)

    def _count(self) -> bool:
        """Book what the kernel sent beyond what was foreseen; whether there was any."""
        beyond = acks.sent(self._socket) - self._paid  # the SYN stands for the close to come
        if beyond > 0:
            self._pay(beyond)
        return beyond > 0

    def _judge(self, more: bool) -> None:
        """End if enough was heard, or if nothing more can come."""
        assert self._codec is not None
        if self._tcp is None:
            self._judge_handshake(self._codec, more)
        elif len(self._heard) >= self._tcp.limit:
            self._end(Heard("cut", bytes(self._heard[: self._tcp.limit])))
        elif not more or (self._tcp.until and self._tcp.until in self._heard):
            self._hang_up()
        elif not self._codec.ready and self._raw > HANDSHAKE:
            self._end(Heard("failed", None, "TLS: an endless handshake"))
        elif self._codec.outbox:
            self._write()

    def _judge_handshake(self, codec: Plain | Tls, more: bool) -> None:
        if codec.ready:
            self._end(Heard("answered", codec.certificate) if codec.certificate else Heard("silent", b""))
        elif not more or self._raw > HANDSHAKE:
            self._end(Heard("failed", None, "TLS: the handshake was not finished"))
        elif codec.outbox:
            self._write()

    def _look(self) -> None:
        """Was it silent for `wait`, or did it talk for too long? Otherwise look again when either may be."""
        now = self._floor.reactor.monotonic()
        if now >= self._deadline and self._heard:
            self._end(Heard("cut", bytes(self._heard)))
        elif now >= min(self._deadline, self._last + self._request.wait):
            self._hang_up()
        else:
            until = min(self._deadline, self._last + self._request.wait)
            self._timer = self._floor.reactor.later(until - now, self._look)

    def _hang_up(self) -> None:
        """Silence, or the peer's end of the connection."""
        if self._codec is None:
            self._floor.lanes.spend(self._host, 1)  # the kernel said SYN twice
            self._end(Heard("silent"))
        elif not self._codec.ready:
            self._end(Heard("failed", None, "TLS: the handshake was not finished"))
        else:
            self._end(Heard("answered" if self._heard else "silent", bytes(self._heard)))

    def _broken(self, fault: OSError) -> None:
        """A reset after a connection stood is an end like any other."""
        if fault.errno in CLOSED:
            self._hang_up()
        else:
            self._end(failure(fault))

    def _end(self, heard: Heard) -> None:
        if not self._over:
            if self._codec is not None:
                self._count()
            self._floor.reactor.close(self._socket)
            self._finish(heard)

    def _finish(self, heard: Heard) -> None:
        self._over = True
        self._timer.cancel()
        silent = heard.status == "silent" and heard.body is None
        (self._floor.lanes.missed if silent else self._floor.lanes.met)(self._host)
        self._floor.lanes.free(self._host)
        self._floor.soon(self._done, heard)
