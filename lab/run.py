"""Puts the site up, runs a command at its desk, takes everything down again however that command or the lab ends."""

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from lab import crowd, describe, reading, strip
from lab.describe import Files, Limits
from lab.engine import Engine, Ground
from lab.net import kernel, loopback, modes
from lab.net.ground import Wired
from lab.net.link import Link
from lab.nouns import Site
from lab.record import Record
from lab.texts.write import write
from model.trouble import Trouble

if TYPE_CHECKING:
    from lab.net.wires import Wires

TIMED_OUT, GRACE = 124, 10.0


class Wish(msgspec.Struct, frozen=True):
    """What the caller asked for. `seconds` 0: no limit. `folder` "": a temporary one, removed at the end.

    `port_security`: ARP requests in a second at which the desk's switch port shuts, 0 never. `mirror`: capture all ports.
    `texts`: a folder for terminal logs and leases. `crowd`: how many more simple devices, on a desk's subnet of a /24.
    """

    mode: str = "auto"
    seconds: float = 0
    folder: str = ""
    anonymous: bool = False
    quiet: bool = False
    port_security: int = 0
    mirror: bool = False
    texts: str = ""
    crowd: int = 0
    command: tuple[str, ...] = ()


def run(wish: Wish) -> int:
    """The exit code of the command (0 without one, 124 if time ran out). Texts alone need no site that is up."""
    if wish.texts and not wish.command:
        write(_site(wish, "namespaces"), Path(wish.texts))
        return 0
    choice = modes.choose(wish.mode)
    site = _site(wish, choice.mode)
    if wish.texts:
        write(site, Path(wish.texts))
    with _folder(wish.folder) as folder:
        wires = _wires(site, choice.mode)
        return asyncio.run(_live(site, choice, wish, Files(folder), wires))


def _site(wish: Wish, mode: str) -> Site:
    site = reading.site("127.77" if mode == "loopback" else "10.77")
    site = crowd.joined(site, wish.crowd) if wish.crowd else site
    return strip.anonymous(site) if wish.anonymous else site


def _wires(site: Site, mode: str) -> "Wires | None":
    """The cables of a namespace mode. pyroute2 has an event loop of its own, so this comes before ours."""
    if mode == "loopback":
        return None
    modes.enter(mode)
    from lab.net import wires  # pyroute2 takes a third of a second that loopback need not pay

    return wires.build(site)


@contextmanager
def _folder(wanted: str) -> Iterator[Path]:
    if wanted:
        Path(wanted).mkdir(mode=0o700, parents=True, exist_ok=True)
        yield Path(wanted).resolve()
        return
    made = Path(tempfile.mkdtemp(prefix="laydown-lab-"))
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


async def _live(site: Site, choice: modes.Choice, wish: Wish, files: Files, wires: "Wires | None") -> int:
    record, keys = Record(files.log), describe.new_keys()
    engine = Engine(site, keys, record, files.folder, _ground(site, wires))
    await engine.open()
    link = Link(site, engine, wires, files, record, wish.port_security, wish.mirror) if wires else None
    said = describe.write(site, choice, keys, engine.ports, files, _limits(wires))
    if not wish.quiet:
        sys.stdout.write(msgspec.json.encode(said).decode() + "\n")
        sys.stdout.flush()
    try:
        return await _command(wish, files, wires.desk if wires else None)
    finally:
        await engine.close()
        if link and (dropped := await link.close()):
            sys.stderr.write(f"lab: the packet capture lost {dropped} frames\n")
        record.close()


def _ground(site: Site, wires: "Wires | None") -> Ground:
    return Wired(site, wires.devices, wires.six) if wires else loopback.Loopback(site)


def _limits(wires: "Wires | None") -> Limits:
    if wires is None:
        return Limits()
    if not wires.six:
        return Limits(("IPv6, and the devices that speak nothing else",))
    return Limits(() if wires.routes6 else ("IPv6 between the subnets: /proc/sys is read-only here",), six=True)


async def _command(wish: Wish, files: Files, desk: int | None) -> int:
    """Runs the command, or waits for a signal or the time limit if there is none."""
    stop: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    children: list[
        subprocess.Popen[bytes]
    ] = []  # heard before it starts: a signal of that moment waits for the loop's next turn
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, _signalled, number, children, stop)
    child = _start(wish.command, files, desk) if wish.command else None
    children.extend([child] if child else [])
    waiting = asyncio.ensure_future(asyncio.to_thread(child.wait)) if child else stop
    done, _ = await asyncio.wait({waiting}, timeout=wish.seconds or None)
    if done:
        code = waiting.result()
        return code if code >= 0 else 128 - code
    if child is None:
        return 0
    await _end(child, waiting)
    return TIMED_OUT


def _start(command: Sequence[str], files: Files, desk: int | None) -> "subprocess.Popen[bytes]":
    """At the desk, in a process group of its own unless a person sits there (their Ctrl-C must reach it)."""
    environment = {**os.environ, "LAB_SITE": str(files.site)}
    group = None if sys.stdin.isatty() else 0
    try:
        if desk is None:
            return subprocess.Popen(command, env=environment, preexec_fn=kernel.die_with_parent, process_group=group)
        with kernel.inside(desk):
            kernel.mount("sysfs", "/sys")  # so that /sys/class/net shows the desk's interfaces
            return subprocess.Popen(command, env=environment, preexec_fn=kernel.die_with_parent, process_group=group)
    except OSError as fault:
        raise Trouble(command[0], f"cannot be run ({fault.strerror})", "name a command that is on PATH") from fault


def _signalled(number: int, children: "list[subprocess.Popen[bytes]]", stop: "asyncio.Future[int]") -> None:
    """Hands a signal on to the command and lets it end in its own way; without a command, ends the lab."""
    if not children and not stop.done():
        stop.set_result(0)
    for child in children:
        if not sys.stdin.isatty() or number != signal.SIGINT:
            child.send_signal(number)


async def _end(child: "subprocess.Popen[bytes]", waiting: "asyncio.Future[int]") -> None:
    child.terminate()
    done, _ = await asyncio.wait({waiting}, timeout=GRACE)
    if not done:
        child.kill()
        await waiting
