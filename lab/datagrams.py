"""Answers datagrams: what a port hears, at its own address or through a group, is answered from its own address."""

import socket
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import msgspec

Said = bytes | list[bytes] | None  # what a speech answers: nothing, a datagram, several


class Ear(msgspec.Struct, frozen=True):
    """A socket that hears. `back`: where answers go, None for back to the asker."""

    socket: socket.socket
    back: tuple[Any, ...] | None = None


class Answering:
    """One UDP port at one address: `mouth` is bound there, and all answers leave by it."""

    def __init__(
        self, answers: Callable[[bytes], Said], note: Callable[[Any, str], None], mouth: socket.socket
    ) -> None:
        self._answers, self._note, self._mouth = answers, note, mouth

    def take(self, ear: Ear) -> None:
        """Answers one datagram that waits at `ear`."""
        with suppress(BlockingIOError):
            data, peer = ear.socket.recvfrom(65535)
            said = self._answers(data)
            answers = said if isinstance(said, list) else [said] if said else []
            self._note(peer, f"asked {len(data)} bytes, {'answered' if answers else 'silent'}")
            for answer in answers:
                with suppress(OSError):  # an asker that is gone, or a buffer that is full: the datagram is lost
                    self._mouth.sendto(answer, ear.back or peer)
