"""What tests of readers share: answers by name, walks from them, and dialogues driven without a network."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from agent.ask import Reply, Request, Source, Target
from agent.decode.walk import Walk
from agent.imports import _walks, snmprec
from model.claims import Fact
from model.evidence import Evidence, Observation, observed

ANSWERS = Path(__file__).resolve().parents[1] / "answers"
WHEN = "2026-01-02T03:04:05.000006Z"
EVIDENCE = "sha256:" + "0" * 64


def source(name: str) -> Source:
    return Source(name, (ANSWERS / name).read_bytes(), WHEN)


def written(text: bytes, name: str = "made-up") -> Source:
    return Source(name, text, WHEN)


def walk(text: bytes) -> Walk:
    """A walk of snmprec text, all of it one piece of evidence."""
    return Walk([(EVIDENCE, snmprec.varbinds(text, _walks.wanted()))])


def said(facts: Iterator[Fact]) -> set[tuple[str, str, str]]:
    """The facts as (about, key, value); JSON values in a form that compares."""
    return {(fact.about, fact.key, fact.value) for fact in facts}


def where(**items: str) -> str:
    return json.dumps({"port": "", "ssid": "", "vlan": "", **items}, sort_keys=True, separators=(",", ":"))


def net(name: str, kind: str, named_by: str, **more: str) -> tuple[str, str, str]:
    held = {"kind": kind, "name": name, "named_by": named_by, **more}
    return ("self", "network", json.dumps(held, sort_keys=True, separators=(",", ":")))


def heard(probe: str, asked: str, body: bytes | None, status: Any = "answered", step: int = 0) -> Evidence:
    note = Observation(probe, "host/eth0", "192.0.2.7", asked, status, WHEN, step=step)
    return observed(note, body)


def driven(
    probe: ModuleType, target: Target, answer: Callable[[Request], Reply], most: int = 500
) -> tuple[list[Request], list[Evidence]]:
    """Every request of a dialogue and what a driver would have kept of the replies."""
    dialogue, asked, kept = probe.ask(target), [], []
    try:
        request = next(dialogue)
        for step in range(most):
            reply = answer(request)
            asked.append(request)
            body = reply.body if reply.body or reply.status in ("answered", "cut") else None
            kept.append(heard(probe.__name__.rpartition(".")[2], request.asked, body, reply.status, step))
            request = dialogue.send(reply)
    except StopIteration:
        return asked, kept
    raise AssertionError(f"{probe.__name__} did not end after {most} requests")


@contextmanager
def no_sockets(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Whoever makes a socket here fails."""

    def refuse(*args: Any, **kwargs: Any) -> None:
        raise AssertionError("a pure floor made a socket")

    with monkeypatch.context() as patch:
        patch.setattr(socket, "socket", refuse)
        yield
