"""The readers of all probes and imports by the probe's name: an argument of assessing. Loaded when first needed."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib import import_module

from model import folder
from model.claims import Fact
from model.evidence import Evidence

Read = Callable[[Sequence[Evidence]], Iterator[Fact]]
PACKAGES = ("agent.probes", "agent.imports")
HEARD = {"listen": "agent.frames._read", "person": "agent.imports._person"}
"""What is no probe, because it asks nothing: captured frames have a room of their own; people speak for themselves."""


class Readers(Mapping[str, Read]):
    """{probe: its read}. A module is imported when its reader is first asked for; an unknown probe is a KeyError."""

    def __init__(self) -> None:
        self._homes = {name: package for package in reversed(PACKAGES) for name in folder.names(package)}
        self._homes |= HEARD
        self._held: dict[str, Read] = {}

    def __getitem__(self, probe: str) -> Read:
        if probe not in self._held:
            home = self._homes[probe]
            found = import_module(home) if probe in HEARD else folder.module(home, probe)
            self._held[probe] = found.read
        return self._held[probe]

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._homes))

    def __len__(self) -> int:
        return len(self._homes)

    def __contains__(self, probe: object) -> bool:
        return probe in self._homes


def readers() -> Mapping[str, Read]:
    """The readers of every module that is in the folders now."""
    return Readers()
