"""Recog's own patterns (RECOG=DIR, a folder of its XML files), run over the banners of their field: the first that matches wins."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from defusedxml import ElementTree

VENDORS = ("hw.vendor", "os.vendor", "service.vendor")
_FLAGS = {
    "REG_ICASE": re.IGNORECASE,
    "IGNORECASE": re.IGNORECASE,
    "REG_DOT_NEWLINE": re.DOTALL,
    "REG_MULTILINE": re.MULTILINE,
}


class Print(NamedTuple):
    """One fingerprint: its pattern and the vendors it names, by Recog's parameter names."""

    pattern: re.Pattern[str]
    vendors: dict[str, str]


class Recog:
    """All fingerprints by field; `refused`: patterns that Python's engine does not take."""

    def __init__(self, folder: Path) -> None:
        self.prints: dict[str, list[Print]] = {}
        self.refused = 0
        for path in sorted(folder.glob("*.xml")):
            root = ElementTree.parse(str(path)).getroot()
            for one in root.iter("fingerprint"):
                self._take(root.get("matches", ""), one)

    def _take(self, field: str, one: object) -> None:
        get, find = one.get, one.findall  # type: ignore[attr-defined]
        flags = 0
        for word in re.split(r"[|,\s]+", get("flags", "")):
            flags |= _FLAGS.get(word, 0)
        try:
            pattern = re.compile(get("pattern", ""), flags)
        except re.error:
            self.refused += 1
            return
        named = {p.get("name"): p.get("value", "").lower() for p in find("param") if p.get("name") in VENDORS}
        self.prints.setdefault(field, []).append(Print(pattern, named))

    def vendors(self, field: str, text: str) -> dict[str, str]:
        """The vendors that the first fingerprint of `field` that matches names."""
        return next((one.vendors for one in self.prints.get(field, ()) if one.pattern.search(text)), {})
