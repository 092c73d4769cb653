"""The minute between two questions to all stations of a link, kept by this machine, into whatever folder and for whomever it scans.

One small file among the machine's locks holds what was asked of late, in seconds since the machine started: it survives a
kill and no restart. Where it cannot be kept, the minute is kept by the result folder alone.
"""

import fcntl
import os
import socket
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

FILE = Path("/run/lock/laydown.asked")
MINUTE = 60.0
LARGEST, TRIES, PAUSE = 65_536, 20, 0.01  # bytes; looks at a lock that somebody holds, and seconds between them
NETNS_COOKIE = 71  # SO_NETNS_COOKIE of asm-generic/socket.h: names a network namespace, and never another one later

Key = tuple[str, str, str]


def started() -> float:
    """Seconds since the machine started, sleep included: the same for every program here."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


class Minute:
    """`wait` asks how long it will be, `claim` for leave just before the question leaves."""

    def __init__(self, path: Path = FILE, seconds: Callable[[], float] = started) -> None:
        self._path, self._seconds, self._space = path, seconds, _space()

    def claim(self, port: str, group: str, link: str) -> float:
        """0.0 and nobody else may ask this for a minute; else the seconds until it is one since somebody did."""
        with self._kept() as asked:
            key, now = self._key(port, group, link), self._seconds()
            wait = asked[key] + MINUTE - now if key in asked else 0.0
            if wait <= 0:
                asked[key] = now
            return max(0.0, wait)

    def wait(self, port: str, group: str, link: str) -> float:
        """Seconds until it is a minute since somebody asked this; 0.0 if it is."""
        with self._kept() as asked:
            return max(0.0, asked.get(self._key(port, group, link), -MINUTE) + MINUTE - self._seconds())

    def lately(self, links: set[str]) -> bool:
        """Whether anything was asked of one of these links within the minute."""
        with self._kept() as asked:
            return any(key[2] in {f"{self._space}/{link}" for link in links} for key in asked)

    def _key(self, port: str, group: str, link: str) -> Key:
        return port, group, f"{self._space}/{link}"

    @contextmanager
    def _kept(self) -> Iterator[dict[Key, float]]:
        """What was asked within the minute, to be changed; written back afterwards if it was."""
        handle = _opened(self._path)
        if handle is None:
            yield {}
            return
        try:
            held = _read(os.pread(handle, LARGEST, 0), self._seconds())
            before = dict(held)
            yield held
            if held != before:
                lines = "".join(f"{at:.3f} {' '.join(key)}\n" for key, at in held.items()).encode()
                os.ftruncate(handle, os.pwrite(handle, lines, 0))
        finally:
            os.close(handle)


def _space() -> str:
    """This process's network: two of them may have links of one name."""
    with suppress(OSError), socket.socket() as any_:
        return str(int.from_bytes(any_.getsockopt(socket.SOL_SOCKET, NETNS_COOKIE, 8), "little"))
    with suppress(OSError):  # kernels before 5.14
        return f"i{Path('/proc/self/ns/net').stat().st_ino}"
    return "0"


def _opened(path: Path) -> int | None:
    """The file, locked; None where there can be none. It is everybody's: whoever scans on this machine must know."""
    flags = os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
    with suppress(OSError):
        try:
            handle = os.open(path, flags)
        except FileNotFoundError:
            handle = os.open(path, flags | os.O_CREAT, 0o666)
            os.fchmod(handle, 0o666)
        if stat.S_ISREG(os.fstat(handle).st_mode) and _locked(handle):
            return handle
        os.close(handle)
    return None


def _locked(handle: int) -> bool:
    """Whether the lock could be had; nobody may hold a scan up by keeping it."""
    for _ in range(TRIES):
        with suppress(BlockingIOError):
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        time.sleep(PAUSE)
    return False


def _read(data: bytes, now: float) -> dict[Key, float]:
    """Lines that make sense and are younger than a minute; what is older, or of a later time than now, is nobody's."""
    found: dict[Key, float] = {}
    for line in data.decode("utf-8", "replace").splitlines():
        at, *key = line.split(" ")
        with suppress(ValueError):
            if len(key) == 3 and 0 <= now - float(at) < MINUTE:
                found[key[0], key[1], key[2]] = float(at)
    return found
