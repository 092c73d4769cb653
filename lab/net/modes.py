"""Which way to simulate works on this machine: found by trying it in a child, never by guessing from versions."""

import os
from typing import Literal

import msgspec

from lab.net import kernel
from model.trouble import Trouble

Mode = Literal["namespaces", "user", "loopback"]
WIRED: tuple[Mode, ...] = ("namespaces", "user")


class Choice(msgspec.Struct, frozen=True):
    """The mode and, in words, why not a better one."""

    mode: Mode
    reason: str = ""


def choose(wanted: str) -> Choice:
    """`auto` takes the best that works; a mode by name is taken or refused with Trouble."""
    if wanted == "loopback":
        return Choice("loopback", "asked for")
    wishes = [mode for mode in WIRED if wanted in (mode, "auto")]
    faults: list[str] = []
    for mode in wishes:
        fault = attempt(mode)
        if not fault:
            return Choice(mode, "; ".join(faults))
        faults.append(f"{mode}: {fault}")
    if wanted != "auto":
        raise Trouble(f"--mode {wanted}", "; ".join(faults), "use --mode auto, which takes what works here")
    return Choice("loopback", "; ".join(faults))


def attempt(mode: str) -> str:
    """Tries the mode in a child process; "" if it works, else one line saying what the kernel refused."""
    if mode == "namespaces" and os.geteuid() != 0:
        return "needs root"
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(writing, _try(mode).encode()[:400])
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as said:
        fault = said.read().decode()
    os.waitpid(child, 0)
    return "" if fault == "works" else fault or "the trial ended without a word"


def _try(mode: str) -> str:
    """In the child: namespaces, a bridge and a cable, or what stood in the way."""
    try:
        enter(mode)
        from pyroute2 import IPRoute

        with IPRoute() as links:
            links.link("add", ifname="trial", kind="bridge")
            links.link("add", ifname="trial0", kind="veth", peer="trial1")
    except Exception as fault:  # noqa: BLE001 - whatever goes wrong in the trial is the answer to it
        return " ".join(str(fault).split()) or type(fault).__name__
    return "works"


def enter(mode: str) -> None:
    """Puts this process into its own network and mount namespaces, as root inside them."""
    flags = kernel.NEW_NETWORK | kernel.NEW_MOUNTS
    if mode == "user":
        kernel.unshare_as_root(flags)
    else:
        kernel.unshare(flags)
    kernel.private_mounts()
