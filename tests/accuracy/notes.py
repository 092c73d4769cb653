"""What people found when they read every mistake: explained.toml beside this file. Reasons and names, nothing of a recording."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import NamedTuple

FILE = Path(__file__).with_name("explained.toml")
WRONG = "WRONG: "  # how a note on a pair begins that is a false clear


class Notes(NamedTuple):
    """Notes by subject: pairs `label -> maker`; recordings left unnamed, with covered gear beside, unrated; banners by id."""

    otherwise: dict[str, str]
    unnamed: dict[str, str]
    beside: dict[str, str]
    unrated: dict[str, str]
    mistakes: dict[str, str]
    banners: dict[str, str]

    def wrong(self, pair: str) -> bool:
        """Whether a pair was read and is somebody else's device: a false clear."""
        return self.otherwise.get(pair, "").startswith(WRONG)


def read(path: Path = FILE) -> Notes:
    """The notes; a section that is missing is empty."""
    held = tomllib.loads(path.read_text("utf-8"))
    return Notes(*(dict(held.get(name, {})) for name in Notes._fields))
