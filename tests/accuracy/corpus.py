"""The recordings of a folder and what their labels say: labels.csv, banners.jsonl, banner_labels.jsonl."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import NamedTuple

NOT_RATED = ("debatable", "mislabelled", "hard-negative", "edited-at-source", "historical stub")
LISTED = ("huawei", "zte", "hytera", "hikvision", "dahua")
# Labels name brands and operating systems; these are the listed makers' under another name.
BUILT_BY = {"hisilicon": "huawei", "annke": "hikvision", "ezviz": "hikvision", "lorex": "dahua", "amcrest": "dahua"}


class Recording(NamedTuple):
    """One recorded device. `models`: any of them would be right; empty where the label has none."""

    path: Path
    vendor: str
    covered: bool
    models: tuple[str, ...]
    flags: tuple[str, ...]
    rated: bool

    @property
    def name(self) -> str:
        """Its name among the recordings."""
        return self.path.stem


class Banner(NamedTuple):
    """One text. `covered`: None where nothing can be rated; `vendors`: of the hardware, in small letters."""

    id: str
    field: str
    text: str
    covered: bool | None
    vendors: frozenset[str]
    hardware: str


def recordings(folder: Path) -> list[Recording]:
    """All recordings that have a label."""
    with (folder / "labels.csv").open(encoding="utf-8") as lines:
        return [_recording(folder, row) for row in csv.DictReader(lines)]


def _recording(folder: Path, row: dict[str, str]) -> Recording:
    models = tuple(filter(None, (model.strip() for model in row["model"].split("|"))))
    flags = row["flag"]
    return Recording(
        folder / row["file"],
        row["vendor"].strip().lower(),
        row["covered"] == "yes",
        models,
        tuple(flags.split()),
        not any(word in flags for word in NOT_RATED),
    )


def banners(folder: Path) -> list[Banner]:
    """All banners that have a label; none where the folder has none."""
    if not (folder / "banners.jsonl").exists():
        return []
    labels = {row["id"]: row for row in _rows(folder / "banner_labels.jsonl")}
    return [_banner(row, labels[row["id"]]) for row in _rows(folder / "banners.jsonl") if row["id"] in labels]


def _rows(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


def _banner(row: dict[str, object], label: dict[str, object]) -> Banner:
    named = label["vendors"]
    vendors = {key: str(value).lower() for key, value in named.items()} if isinstance(named, dict) else {}
    covered = label["covered"]
    return Banner(
        str(row["id"]),
        str(row["field"]),
        str(row["text"]),
        covered if isinstance(covered, bool) else None,
        frozenset(BUILT_BY.get(name, name) for name in vendors.values()),
        vendors.get("hw.vendor", ""),
    )


def alike(wanted: str, given: str) -> bool:
    """Whether a model is the one of the label: the one text in the other, small letters."""
    one, other = wanted.strip().lower(), given.strip().lower()
    return bool(other) and (one in other or (len(other) >= 4 and other in one))
