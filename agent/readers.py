"""The readers of all probes and imports by the probe's name: an argument of assessing. Loaded when first needed."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from model import folder
from model.claims import Fact
from model.evidence import Evidence

Read = Callable[[Sequence[Evidence]], Iterator[Fact]]
PACKAGES = ("agent.probes", "agent.imports")


class Readers(Mapping[str, Read]):
    """{probe: its read}. A module is imported when its reader is first asked for; an unknown probe is a KeyError."""

    def __init__(self) -> None:
        self._homes = {name: package for package in reversed(PACKAGES) for name in folder.names(package)}
        self._held: dict[str, Read] = {}

    def __getitem__(self, probe: str) -> Read:
        if probe not in self._held:
            read: Read = folder.module(self._homes[probe], probe).read
            self._held[probe] = read
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
