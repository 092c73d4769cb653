"""The few Linux calls that Python 3.11 lacks: namespaces, mounts, and dying with one's parent."""

import ctypes
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from model.trouble import Trouble

NEW_MOUNTS, NEW_USER, NEW_NETWORK = 0x0002_0000, 0x1000_0000, 0x4000_0000
_PRIVATE, _RECURSIVE, _BIND, _DEATH_SIGNAL = 1 << 18, 1 << 14, 1 << 12, 1
_libc = ctypes.CDLL(None, use_errno=True)


def unshare(flags: int) -> None:
    """Puts this process (which must have one thread) into new namespaces."""
    _checked(_libc.unshare(flags), "new namespaces")


def unshare_as_root(flags: int) -> None:
    """The same within a new user namespace, in which the user who runs this is root."""
    user, group = os.geteuid(), os.getegid()
    unshare(NEW_USER | flags)
    try:
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"0 {user} 1")
        Path("/proc/self/gid_map").write_text(f"0 {group} 1")
    except OSError as fault:
        raise Trouble(
            "lab", f"the kernel refused a user namespace ({fault.strerror})", "use --mode loopback"
        ) from fault


def _checked(result: int, what: str) -> None:
    if result != 0:
        code = ctypes.get_errno()
        raise Trouble("lab", f"the kernel refused {what} ({os.strerror(code)})", "use --mode loopback")


def own_network() -> int:
    """A descriptor of the network namespace that this process is in."""
    return os.open("/proc/self/ns/net", os.O_RDONLY | os.O_CLOEXEC)


def enter(namespace: int) -> None:
    """Moves this thread into a network namespace."""
    _checked(_libc.setns(namespace, NEW_NETWORK), "a change of namespace")


@contextmanager
def inside(namespace: int) -> Iterator[None]:
    """Everything opened within belongs to `namespace`; afterwards this thread is back where it was."""
    before = own_network()
    enter(namespace)
    try:
        yield
    finally:
        enter(before)
        os.close(before)


def private_mounts() -> None:
    """No mount made from now on is seen outside this process' mount namespace."""
    _checked(_libc.mount(b"none", b"/", None, _RECURSIVE | _PRIVATE, None), "private mounts")


def mount(kind: str, where: str) -> bool:
    """Mounts a fresh `tmpfs` or `sysfs`; says whether the kernel let it."""
    return bool(_libc.mount(kind.encode(), where.encode(), kind.encode(), 0, None) == 0)


def name_network(folder: Path, name: str) -> None:
    """Gives the current network namespace a name that `ip netns exec` understands, where the kernel lets it."""
    place = folder / name
    place.touch()
    _libc.mount(b"/proc/self/ns/net", str(place).encode(), None, _BIND, None)


def die_with_parent() -> None:
    """Run in a child before exec: it is killed when its parent dies, however that happens."""
    _libc.prctl(_DEATH_SIGNAL, signal.SIGKILL)
