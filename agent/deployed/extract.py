"""The extract that a standing release makes: what the report accuses, and which report it is; nothing of any other device."""

from pathlib import Path

from agent.disclose import ADDRESSES, Ground, Wish, extract, ground
from model.extract import Leaf, written
from model.report import ACCUSING, Finding, Report

FACTS = ("kind", "model", "serial", "firmware", "first_seen", "last_seen", "device", "address", "mac", "name")


def extract_of(folder: Path, report: Report, addresses: bool) -> bytes:
    """extract.json. `addresses`: whether those of the accused devices are shown."""
    accused = tuple(one.device for one in report.findings if _accused(one))
    held = ground(folder)
    hidden = frozenset() if addresses else ADDRESSES
    made, _ = extract(held, Wish(accused, tuple(sorted(_keys(held, accused) - hidden)), addresses))
    return written(made)


def _accused(one: Finding) -> bool:
    return one.outcome in ACCUSING or any(part.outcome in ACCUSING for part in one.components)


def _keys(held: Ground, accused: tuple[str, ...]) -> set[str]:
    """Of the keys that an extract shows, those that this report has something of: naming another would be refused."""
    shown = {held.tokens[device] for device in accused}
    return {key for leaf in held.leaves if (key := _key(leaf, shown))}


def _key(leaf: Leaf, shown: set[str]) -> str:
    key = leaf.content.get("key", leaf.kind)
    if leaf.kind == "site":
        return key
    why = "rule" in leaf.content  # a reason of the verdict
    return key if leaf.content.get("of") in shown and (key in FACTS or why or leaf.kind == "component") else ""
