"""What works on this machine, what does not, what that costs, and how to mend it. Nothing is sent to a network."""

import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Literal

import msgspec

from agent.links import Link, links
from agent.own_program import own_program
from agent.secret_place import secret_place
from agent.words import many
from fingerprints.ages import days, old_lists
from model.trouble import Trouble

State = Literal["ok", "less", "bad"]
LEAST_PYTHON = (3, 11)
TABLE_LIMIT = Path("/proc/sys/net/ipv4/neigh/default/gc_thresh3")
TABLE_LEAST = 1024
ROOM = 500_000_000  # bytes: a large site's evidence
OPTIONAL = {"nmap": "only to make XML files to import", "setpriv": "one way to give raw frames to an ordinary user"}
RAW = (
    'run as root, or: sudo setpriv --reuid "$(id -un)" --regid "$(id -gn)" --init-groups --inh-caps=+net_raw --ambient-caps=+net_raw '
    "-- laydown scan ..."
)


class Check(msgspec.Struct, frozen=True):
    """`state`: ok; less: works, with something missing; bad: does not work. `mend`: what to do, "" where nothing is to do."""

    name: str
    state: State
    found: str
    mend: str = ""


def checks(folder: Path, config: Path | None, now: datetime) -> list[Check]:
    """Every check, in the order a person would look. `folder`: where results are to go."""
    return [
        _python(),
        _raw_frames(),
        *_links(),
        _neighbours(),
        *_pack(now),
        *_config(config),
        _folder(folder),
        *_tools(shutil.which),
        *_signing(),
    ]


def _python() -> Check:
    version = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info[:2] < LEAST_PYTHON:
        return Check("python", "bad", version, "install Python 3.11 or newer")
    return Check("python", "ok", f"{version}, {sys.executable}")


def _raw_frames() -> Check:
    """Asked of the wire process itself, which alone needs the right."""
    from agent.wire_client import WireProcess
    from model.spans import Spans

    cost = "ARP sweeps are not possible: a host of this link that answers nothing else is not seen"
    try:
        wire = WireProcess(Spans(), Spans(), 1.0, [])
    except (Trouble, OSError) as fault:
        return Check("raw frames", "less", f"the wire process does not start ({fault}): {cost}", RAW)
    try:
        who = "as root" if os.geteuid() == 0 else "as an ordinary user"
        if wire.lacks:
            return Check("raw frames", "less", f"{wire.lacks}, {who}: {cost}", RAW)
        return _scapy(who)
    finally:
        wire.close()


def _scapy(who: str) -> Check:
    """In a process of its own: this one must not load it."""
    done = subprocess.run(own_program("-c", "import scapy.layers.l2"), capture_output=True, timeout=60)
    if done.returncode:
        return Check(
            "raw frames", "less", "scapy does not load: no ARP sweeps", "install laydown again, with its scapy"
        )
    return Check("raw frames", "ok", f"allowed, {who}: ARP sweeps work")


def _links() -> Iterator[Check]:
    try:
        found = links()
    except Trouble as trouble:
        yield Check("interfaces", "bad", f"{trouble.where}: {trouble.what}", trouble.remedy)
        return
    useful = [link for link in found if link.kind == "link" and link.up and link.addresses]
    if not useful:
        yield Check("interfaces", "less", "none but loopback is up with an address", "plug in a cable, or import files")
    for link in useful:
        yield Check(f"interface {link.name}", "ok", _described(link))


def _described(link: Link) -> str:
    own = ", ".join(f"{address} in {prefix}" for address, prefix in link.addresses)
    return f"{own}{f', {link.mac}' if link.mac else ', does not speak ARP'}"


def _neighbours() -> Check:
    try:
        limit = int(TABLE_LIMIT.read_text())
    except (OSError, ValueError):
        return Check(
            "neighbour table", "ok", f"{TABLE_LIMIT} cannot be read here; without raw frames links are asked in batches"
        )
    told = f"the kernel holds {limit:,} neighbours (gc_thresh3); without raw frames links are asked in batches of 256"
    if limit < TABLE_LEAST:
        return Check("neighbour table", "less", told, f"sudo sysctl net.ipv4.neigh.default.gc_thresh3={TABLE_LEAST}")
    return Check("neighbour table", "ok", told)


def _pack(now: datetime) -> Iterator[Check]:
    from fingerprints.pack import load

    try:
        pack = load()
    except (Trouble, ValueError) as fault:
        yield Check("rules", "bad", str(fault), "install laydown again")
        return
    rules = sum(len(maker.rule) for maker in pack.makers.values())
    yield Check("rules", "ok", f"{len(pack.makers)} makers, {rules} rules, {pack.digest[:19]}...")
    yield _ages(pack.registry.dates, now)


def _ages(dates: Mapping[str, str], now: datetime) -> Check:
    """How old the youngest lists are: a list's age is how long new makers have been missing."""
    told = ", ".join(f"{name} {dates[name]} ({age} days)" for name, age in days(dates, now.date()).items())
    if old_lists(dates, now.date()):
        remedy = "install a newer release, or take a newer pack: laydown rules update-registry, laydown rules import"
        return Check("registry", "less", told, remedy)
    return Check("registry", "ok", told)


def _config(path: Path | None) -> Iterator[Check]:
    from agent.config import config_at, credentials, found_at

    where = found_at(path)
    if where is None:
        yield Check("configuration", "ok", "none (./agent.toml, /etc/laydown/agent.toml): all from the command line")
        return
    try:
        config = config_at(where)
        names = [one.name for one in credentials(config, where)]
    except Trouble as trouble:
        yield Check("configuration", "bad", f"{trouble.where}: {trouble.what}", trouble.remedy)
        return
    yield Check(
        "configuration", "ok", f"{where}: {many(len(names), 'credential')}{': ' + ', '.join(names) if names else ''}"
    )
    for one in config.credential:
        for name in filter(None, (one.community_file, one.auth_file, one.priv_file)):
            yield from _private(secret_place(name, where.parent, one.name))


def _private(path: Path) -> Iterator[Check]:
    mode = path.stat().st_mode
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        yield Check("secret file", "less", f"{path} can be read by others (mode {mode & 0o777:o})", f"chmod 600 {path}")


def _folder(folder: Path) -> Check:
    there = folder
    while not there.exists():
        there = there.parent
    free = shutil.disk_usage(there).free
    told = f"{folder}: {free / 1e9:.1f} GB free"
    if not os.access(there, os.W_OK | os.X_OK):
        return Check("results", "bad", f"{told}, not writable", "choose another folder with -o, or mend its rights")
    if free < ROOM:
        return Check("results", "less", told, "free some space: a large site's evidence takes hundreds of MB")
    return Check("results", "ok", told)


def _tools(which: Callable[[str], str | None]) -> Iterator[Check]:
    for name, use in OPTIONAL.items():
        path = which(name)
        yield Check(name, "ok", f"{path or 'not installed'}; optional: {use}")
    try:
        import typst  # noqa: F401
    except ImportError:
        yield Check("paper", "less", "typst is not installed: no PDF forms", "pip install 'laydown[paper]'")
    else:
        yield Check("paper", "ok", "typst is installed: forms as PDF")


def _signing() -> Iterator[Check]:
    from agent.signing.health import lines

    yield from (Check(*line) for line in lines())
