"""Room on disk: sorted runs and shelves in files without a name, which are gone with the process whatever ends it."""

import heapq
import os
import tempfile
from array import array
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import msgspec

from agent.spool import told
from fingerprints.room import Room, Shelf, Sorter
from model.claims import Fact

RUN = 48 << 20  # octets held before a run goes to disk; Python needs about half as much again for them
WRITE = 1 << 20
OVERHEAD = 41  # octets that Python needs for each line besides its own
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(list[list[str]]).decode


class DiskRoom(Room):
    """`folder`: on whose disk what does not fit in memory is laid aside. Trouble names it where that disk is full."""

    def __init__(self, folder: Path, run: int = RUN) -> None:
        self._folder = folder
        self._run = run

    def sorter(self) -> Sorter:
        """Sorts in runs that are merged at the end."""
        return _Runs(self._folder, self._run)

    def shelf(self) -> Shelf:
        """Keeps the facts in a file when they are many."""
        return _Pile(self._folder, self._run)


class _Runs:
    def __init__(self, folder: Path, run: int) -> None:
        self._folder, self._run = folder, run
        self._held: list[bytes] = []
        self._size = 0
        self._runs: list[IO[bytes]] = []

    def add(self, line: bytes) -> None:
        self._held.append(line + b"\n")
        self._size += len(line) + OVERHEAD
        if self._size > self._run:
            self._spill()

    def _spill(self) -> None:
        self._held.sort()
        with told(self._folder):
            file = tempfile.TemporaryFile(dir=self._folder, buffering=WRITE)  # noqa: SIM115 - open as long as its sorter
            self._runs.append(file)
            file.writelines(self._held)
            file.flush()
        self._held, self._size = [], 0

    def __iter__(self) -> Iterator[bytes]:
        self._held.sort()
        if not self._runs:
            return (line[:-1] for line in self._held)
        if self._held:
            self._spill()
        for run in self._runs:
            run.seek(0)
        return (line[:-1] for line in heapq.merge(*self._runs))


class _Pile:
    """In memory while it is small; then in a file, with a buffer before it."""

    def __init__(self, folder: Path, run: int) -> None:
        self._folder, self._run = folder, run
        self._waiting: list[bytes] = []
        self._starts = array("Q")
        self._size = self._written = 0
        self._file: IO[bytes] | None = None

    def put(self, facts: list[Fact]) -> int:
        packed = _encode(_by_evidence(facts))
        self._starts.append(self._size)
        self._waiting.append(packed)
        self._size += len(packed)
        if self._size - self._written > (WRITE if self._file else self._run):
            self._write()
        return len(self._starts) - 1

    def _write(self) -> None:
        with told(self._folder):
            if self._file is None:
                self._file = tempfile.TemporaryFile(dir=self._folder, buffering=0)  # noqa: SIM115 - as long as the shelf
            self._file.seek(self._written)
            data = memoryview(b"".join(self._waiting))
            while data:
                data = data[self._file.write(data) :]
        self._waiting, self._written = [], self._size

    def get(self, number: int) -> list[Fact]:
        return [fact for group in _decode(self._packed(number)) for fact in _facts(group)]

    def _packed(self, number: int) -> bytes:
        if self._file is None:
            return self._waiting[number]
        if self._waiting:
            self._write()
        start = self._starts[number]
        end = self._starts[number + 1] if number + 1 < len(self._starts) else self._size
        return os.pread(self._file.fileno(), end - start, start)


def _by_evidence(facts: list[Fact]) -> list[list[str]]:
    """An evidence id and all its facts that stand together, as texts: the id is the longest of them, so it is kept once."""
    groups: list[list[str]] = []
    for fact in facts:
        if not groups or groups[-1][0] != fact.evidence:
            groups.append([fact.evidence])
        groups[-1] += (fact.about, fact.key, fact.value)
    return groups


def _facts(group: list[str]) -> Iterator[Fact]:
    evidence = group[0]
    return (Fact(evidence, *three) for three in zip(group[1::3], group[2::3], group[3::3], strict=True))
