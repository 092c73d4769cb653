"""A question to a group or to all of a link reaches the devices that listen for it, and is answered by unicast."""

from __future__ import annotations

import json
import shutil
import socket
from typing import Any

import pytest

from lab.datagrams import Answering, Ear
from tests.lab import stage

ASK = """
import json, socket, sys
def ask(to):
    six = ":" in to
    talk = socket.socket(socket.AF_INET6 if six else socket.AF_INET, socket.SOCK_DGRAM)
    talk.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
    talk.settimeout(2)
    talk.sendto(b"OPTIONS sip:all SIP/2.0\\r\\n\\r\\n", (to, 5060, 0, socket.if_nametoindex("eth0")) if six else (to, 5060))
    try:
        body, peer = talk.recvfrom(2048)
        return f'{peer[0].partition("%")[0]} {b"UCM6304" in body}'
    except TimeoutError:
        return "silent"
print(json.dumps({to: ask(to) for to in sys.argv[1:]}))
"""
OWN = dict.fromkeys(("224.0.1.75", "255.255.255.255", "10.77.1.63"), "10.77.1.35 True")
NOBODYS = {"224.0.1.76": "silent"}
SIX = {"ff02::1": "fe80::20b:82ff:fe5c:3535 True"}


@pytest.mark.parametrize("mode", stage.WIRED)
def test_a_question_to_a_group_is_answered_from_the_devices_own_address(mode: str) -> None:
    """To a group it joined, to a broadcast address of either kind, over IPv6 from its link-local address; else there is silence."""
    wanted = {**OWN, **NOBODYS, **SIX}
    code, _, said, kept = stage.play(mode, stage.PYTHON, "-c", ASK, *wanted)
    shutil.rmtree(kept.parent)
    assert code == 0 and json.loads(said) == wanted


@pytest.mark.parametrize(("said", "heard"), [(None, []), (b"one", [b"one"]), ([b"one", b"two"], [b"one", b"two"])])
def test_one_question_may_have_several_answers(said: Any, heard: list[bytes]) -> None:
    assert _answers(said, to_group=False) == heard


def test_an_answer_may_go_to_the_group() -> None:
    """As SADP devices do: everybody in the group hears it, not the asker alone."""
    assert _answers(b"one", to_group=True) == [b"one"]


def _answers(said: Any, to_group: bool) -> list[bytes]:
    """What comes back over loopback, to the asker or to a third socket that stands for the group."""
    mouth, asker, group = (socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(3))
    with mouth, asker, group:
        for each in (mouth, asker, group):
            each.bind(("127.0.0.1", 0))
            each.settimeout(2)
        notes: list[str] = []
        asker.sendto(b"?", mouth.getsockname())
        answering = Answering(lambda _: said, lambda _, event: notes.append(event), mouth)
        answering.take(Ear(mouth, group.getsockname() if to_group else None))
        assert notes == [f"asked 1 bytes, {'answered' if said else 'silent'}"]
        hears = group if to_group else asker
        count = len(said) if isinstance(said, list) else bool(said)
        return [hears.recv(64) for _ in range(count)]
