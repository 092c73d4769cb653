"""Extracts on disk: the salts that stay in DIR, the root to be signed, and the file that leaves."""

import contextlib
import os
import secrets
from pathlib import Path
from typing import TypeVar

import msgspec

from agent.results import report_of, write
from model.canonical import canonical
from model.extract import (
    ELSEWHERE,
    FEWEST,
    OBSERVED,
    PADDING,
    SALT,
    SAYS,
    SCHEMA,
    SOURCE,
    Extract,
    Leaf,
    Shown,
    Statement,
    statements,
)
from model.mentions import Names, addresses_of, around, everything_of
from model.merkle import Tree
from model.report import Finding, Report
from model.trouble import Trouble, UsageTrouble

SALTS, ROOT = "salts.json", "root.json"
SALTS_SCHEMA, ROOT_SCHEMA = "laydown.salts/1", "laydown.root/1"
ADDRESSES = frozenset({"address", "mac", "device"})
Read = TypeVar("Read")


class Salts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What makes leaves unguessable: a salt a leaf, padding too, and a token a device. For the report with digest `report` alone."""

    schema: str
    report: str
    tokens: dict[str, str]
    leaves: tuple[str, ...]


class Root(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is signed for the whole report: `root` (64 hex digits, a SHA-256) and `size` of the tree over its statements."""

    schema: str
    root: str
    size: int
    pack: str
    report: str


class Wish(msgspec.Struct, frozen=True):
    """What is to be shown: devices as people name them; keys of facts, () for all that speak of the device; addresses or none."""

    devices: tuple[str, ...]
    keys: tuple[str, ...] = ()
    addresses: bool = True


class Ground(msgspec.Struct, frozen=True):
    """A report as a tree: its leaves by their places, drawn by lot."""

    report: Report
    tokens: dict[str, str]
    leaves: list[Leaf]
    tree: Tree


def ground(folder: Path) -> Ground:
    """The tree of the report in `folder`. Its salts are read there, or drawn and kept there, so that all extracts share one root."""
    report, digest = report_of(folder)
    home = folder if folder.is_dir() else folder.parent
    salts = _salts(home / SALTS, report, digest)
    said = list(statements(report, salts.tokens))
    if len(said) > len(salts.leaves) or set(salts.tokens) != {one.device for one in report.findings}:
        raise Trouble(
            str(home / SALTS), "does not fit the report", "restore it from a copy; removed, a new root is drawn"
        )
    said += [(PADDING, {})] * (len(salts.leaves) - len(said))
    # In the order of the salts, which are chance: a place tells nothing.
    leaves = [Leaf(salt, kind, content) for salt, (kind, content) in sorted(zip(salts.leaves, said, strict=True))]
    made = Ground(report, salts.tokens, leaves, Tree([leaf.hash for leaf in leaves]))
    root = Root(ROOT_SCHEMA, made.tree.root.hex(), len(leaves), report.inputs.pack, digest)
    write(home / ROOT, canonical(root) + b"\n")
    return made


def _salts(path: Path, report: Report, digest: str) -> Salts:
    held = _held(path)
    if held is not None and held.report == digest:
        return held
    tokens = {one.device: secrets.token_hex(SALT) for one in report.findings}
    count = max(FEWEST, 1 << (sum(1 for _ in statements(report, tokens)) - 1).bit_length())
    # In the order they were drawn, which nothing in a salt tells: a set's order is made from the salts themselves, and would
    # tell whoever sees one how far down the report its statement stands.
    salts = dict[str, None]()
    while len(salts) < count:
        salts[secrets.token_hex(SALT)] = None
    made = Salts(SALTS_SCHEMA, digest, tokens, tuple(salts))
    _kept(path, canonical(made) + b"\n")
    return made


def _held(path: Path) -> Salts | None:
    try:
        return msgspec.json.decode(path.read_bytes(), type=Salts)
    except FileNotFoundError:
        return None
    except OSError as fault:
        raise Trouble(str(path), f"cannot be read ({fault.strerror})", "check the path and its rights") from None
    except (msgspec.MsgspecError, UnicodeError) as fault:
        remedy = "restore it from a copy; removed, a new root is drawn and earlier extracts cannot be added to"
        raise Trouble(str(path), f"no file of salts ({str(fault)[:80]})", remedy) from None


def _kept(path: Path, data: bytes) -> None:
    """Written whole or not at all, and from its first byte on for its owner alone."""
    part = path.with_name(path.name + ".part")
    try:
        part.unlink(missing_ok=True)
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as fault:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
        raise Trouble(str(path), f"cannot be written ({fault.strerror})", "free space or check its rights") from None


def extract(held: Ground, wish: Wish) -> tuple[Extract, list[str]]:
    """The extract, and the keys of what was withheld since it names what is not disclosed."""
    chosen = [_device(held.report, name) for name in wish.devices]
    of = {held.tokens[one.device]: one for one in chosen}
    hidden = _hidden(held.report, chosen)
    shown, withheld, unknown = [], [], set(wish.keys)
    for index, leaf in enumerate(held.leaves):
        if not _wanted((leaf.kind, leaf.content), set(of), wish):
            continue
        unknown.discard(_key((leaf.kind, leaf.content)))
        if _tells(leaf, of.get(leaf.content.get("of", "")), hidden, wish):
            withheld.append(_key((leaf.kind, leaf.content)))
        else:
            shown.append(Shown(leaf, index, tuple(step.hex() for step in held.tree.proof(index))))
    if unknown:
        remedy = "`laydown report DIR -f csv` and docs/extracts.md name what there is; or leave --fact out"
        raise UsageTrouble(f"--fact {min(unknown)}", "nothing of that key is known of what is shown", remedy)
    pack = held.report.inputs.pack
    return Extract(SCHEMA, held.tree.root.hex(), len(held.leaves), pack, tuple(shown)), sorted(set(withheld))


def _device(report: Report, name: str) -> Finding:
    """The one device of that id, name, address or MAC."""
    found = [one for one in report.findings if name in (one.device, *one.names, *one.addresses, *one.macs)]
    if len(found) != 1:
        what = f"{len(found)} devices are called so" if found else "no such device in the report"
        raise UsageTrouble(f"--device {name}", what, "name one by its id, as `laydown report DIR -f csv` lists them")
    return found[0]


def _hidden(report: Report, chosen: list[Finding]) -> Names:
    """What tells other things from the chosen ones."""
    ids = {one.device for one in chosen}
    others = (everything_of(one) for one in report.findings if one.device not in ids)
    return around(report).joined(others).without(Names().joined(everything_of(one) for one in chosen))


def _wanted(said: Statement, of: set[str], wish: Wish) -> bool:
    kind, content = said
    if kind == "inputs":
        return True
    if kind == "site":
        return content["key"] in wish.keys
    if content.get("of") not in of:
        return False
    if kind == SOURCE:
        return SOURCE in wish.keys and wish.addresses
    if not wish.addresses and content.get("key") in ADDRESSES:
        return False
    if kind in ("verdict", "authority", "relabel") or (kind == "component" and not wish.keys):
        return True
    key = _key(said)
    if kind == OBSERVED and not wish.keys:
        return content["rests"] == SAYS
    return key in wish.keys if wish.keys else key not in ELSEWHERE


def _key(said: Statement) -> str:
    """What a statement is asked for by."""
    kind, content = said
    return kind if kind == SOURCE else content.get("key", kind)


def _tells(leaf: Leaf, one: Finding | None, hidden: Names, wish: Wish) -> bool:
    """Whether a statement names what is not to be shown. Not asked of the pack's own words, nor of what a person chose by its key."""
    content = leaf.content
    if one is None or leaf.kind not in ("fact", "component", OBSERVED, SOURCE) or content.get("key") in ELSEWHERE:
        return False
    texts = [content[name] for name in ("value", "component", "producer") if name in content]
    if not wish.addresses and any(addresses_of(one).within(text) for text in texts):
        return True
    return any(hidden.within(text) for text in texts)
