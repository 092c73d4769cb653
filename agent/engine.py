"""Which engine wrote a report: the version and a digest over the code that a report is a function of."""

from functools import cache
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from importlib.resources.abc import Traversable

from model.canonical import canonical, digest

JUDGING = ("model", "fingerprints", "agent.probes", "agent.imports", "agent.mibs", "agent.decode")


@cache
def engine() -> str:
    """`0.1.0 sha256:...`: two installs with the same string give the same report from the same evidence and pack."""
    try:
        number = version("laydown")
    except PackageNotFoundError:
        number = "0+source"
    return f"{number} {digest(canonical({name: digest(data) for room in JUDGING for name, data in _sources(files(room), room)}))}"


def _sources(folder: Traversable, prefix: str) -> list[tuple[str, bytes]]:
    return sorted(
        (f"{prefix}/{entry.name}", entry.read_bytes()) for entry in folder.iterdir() if entry.name.endswith(".py")
    )
