"""Devices as rows: what is said of each, under a digest of its own, so that a device nothing new is said of costs nothing."""

from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any

import msgspec

from model.report import RANK, Component, Finding

Said = dict[str, Any]
ACCUSED = ("suspect", "covered", "conflict")


def said(one: Finding) -> Said:
    """What a row says of a device. Evidence ids and times of the last sight change with every scan and are not in it."""
    parts = [
        _part(part) for part in one.components if part.outcome in ACCUSED or part.maker or part.serial or part.model
    ]
    row: Said = {
        "device": one.device, "outcome": one.outcome, "rank": worst(one), "maker": one.maker or "", "producer": one.producer,
        "kind": one.kind, "model": one.model, "serial": one.serial, "firmware": one.firmware, "label": label(one),
        "addresses": _text(one.addresses), "macs": _text(one.macs), "names": _text(one.names), "parts": _text(parts),
        "first_seen": one.first_seen,
    }  # fmt: skip
    return {
        **row,
        "digest": sha256(msgspec.json.encode([row, sorted({(w.rule, w.key, w.value) for w in one.why})])).hexdigest(),
    }


def worst(one: Finding) -> int:
    """The rank of the device or of its worst part."""
    return max(RANK[one.outcome], *(RANK[part.outcome] for part in one.components), 0)


def label(one: Finding) -> str:
    """As people call it."""
    return next(iter((*one.names, *one.addresses, *one.macs, *one.origins)), one.device)


def _part(part: Component) -> dict[str, str]:
    fields = {"component": part.component, "outcome": part.outcome, "maker": part.maker or "", "kind": part.kind}
    return {**fields, "model": part.model, "serial": part.serial}


def _text(value: object) -> str:
    return msgspec.json.encode(value).decode()


class Changes(msgspec.Struct, frozen=True):
    """`put`: rows to write; `gone`, `back`: devices whose rows are told so; `told`: lines for the history."""

    put: list[Said]
    gone: list[str]
    back: list[str]
    told: list[dict[str, str]]


def changes(before: Mapping[str, Any], after: Iterable[Said], cause: str) -> Changes:
    """What to write. `before`: {device: its row}, with digest, gone_at and what `verdict` reads."""
    now = {one["device"]: one for one in after}
    put = [one for name, one in now.items() if name not in before or before[name].digest != one["digest"]]
    gone = [name for name, row in before.items() if name not in now and row.gone_at is None]
    back = [name for name in now if name in before and before[name].gone_at is not None]
    told = []
    for one in put:
        old = verdict(before[one["device"]]._mapping) if one["device"] in before else ""
        if old != (new := verdict(one)):
            told.append({"device": one["device"], "cause": cause, "before": old, "after": new})
    told += [{"device": name, "cause": "gone", "before": verdict(before[name]._mapping), "after": ""} for name in gone]
    told += [{"device": name, "cause": "back", "before": "", "after": verdict(now[name])} for name in back]
    return Changes(put, gone, back, told)


def verdict(row: Mapping[str, Any]) -> str:
    """The verdict of a row: what the history compares and keeps."""
    parts = msgspec.json.decode(row["parts"])
    accused = sorted(
        f"{one['component']} {one['outcome']} {one['maker']}".strip() for one in parts if one["outcome"] in ACCUSED
    )
    return _text({"outcome": row["outcome"], "maker": row["maker"], "model": row["model"], "parts": accused})
