"""What hostile bytes are given to: every `read` of a probe, every `sniff` and `take` of an import, every decoder, the frames.

Found by folder, like the modules themselves: a new reader is fuzzed from the day its file is there. A target raises nothing but what
its contract declares, and `slow` says how long one input may take.
"""

from __future__ import annotations

import contextlib
import inspect
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

from agent.ask import Source
from agent.decode import ether
from agent.frames import _read as frames
from model import folder
from model.claims import Fact
from model.evidence import Evidence, Observation, observed
from model.trouble import Trouble

ANSWERS = Path(__file__).resolve().parents[1] / "answers"
WHEN = "2026-01-02T03:04:05.000006Z"
SLOW = 5.0  # seconds for one input of at most LONGEST bytes, on a busy machine
LONGEST = 65_536
MOST_FACTS = 2_000_000  # of one dialogue: a page of 64 KB can name no more than this
Target = Callable[[bytes], None]


def targets() -> dict[str, Target]:
    """By name: `probe/ssh`, `import/nmap_xml`, `decode/dns`, `frame/lldp`, `page/pcap`."""
    found: dict[str, Target] = {}
    for name, module in folder.modules("agent.probes").items():
        found[f"probe/{name}"] = _reading(name, module.read)
    for name, module in folder.modules("agent.imports").items():
        found[f"import/{name}"] = _importing(name, module)
    for name, module in folder.modules("agent.decode").items():
        if (facts := getattr(module, "facts", None)) and len(inspect.signature(facts).parameters) == 3:
            found[f"decode/{name}"] = _decoding(facts)
    for name, module in folder.modules("agent.frames").items():
        found[f"frame/{name}"] = _dissecting(module.read)
    found["page/pcap"] = _reading("pcap", frames.read)
    return found


def seeds(name: str) -> Iterator[bytes]:
    """Inputs to start from: the recorded answers, cut to what a page may hold."""
    for path in sorted(ANSWERS.iterdir()):
        if path.is_file() and path.name != "README.md":
            yield path.read_bytes()[:LONGEST]


def held(probe: str, body: bytes, step: int = 0) -> Evidence:
    """One answer as the driver keeps it."""
    note = Observation(probe, "host/eth0", "192.0.2.7", "asked", "answered", WHEN, step=step)
    return observed(note, body)


def _reading(name: str, read: Callable[..., Iterator[Fact]]) -> Target:
    def target(data: bytes) -> None:
        half = len(data) // 2
        _drain(read([held(name, data)]))
        _drain(read([held(name, data[:half]), held(name, data[half:], 1)]))

    return target


def _importing(name: str, module: object) -> Target:
    def target(data: bytes) -> None:
        module.sniff("file", data[:4096])  # type: ignore[attr-defined]
        kept: list[Evidence] = []
        with contextlib.suppress(Trouble):  # the declared one: a file that is none of its kind
            kept.extend(islice(module.take(Source("file", data, WHEN)), 100_000))  # type: ignore[attr-defined]
        for one in kept:
            _drain(module.read([one]))  # type: ignore[attr-defined]

    return target


def _decoding(facts: Callable[[str, str, bytes], Iterator[Fact]]) -> Target:
    def target(data: bytes) -> None:
        with contextlib.suppress(
            ValueError
        ):  # what a dissector may raise; a probe that uses the decoder may not: see its own target
            _drain(facts("sha256:0", "self", data))

    return target


def _dissecting(read: Callable[..., Iterator[Fact]]) -> Target:
    def target(data: bytes) -> None:
        with contextlib.suppress(ValueError):  # the declared one
            _drain(read("sha256:0", ether.parse(data)))

    return target


def _drain(found: Iterator[Fact]) -> None:
    count = 0
    for fact in found:
        assert fact.value, f"an empty fact {fact.key}"
        assert len(fact.value) <= 4096, f"a flood in {fact.key}"
        count += 1
    assert count <= MOST_FACTS
