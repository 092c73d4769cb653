"""What imports of line-shaped files share: pages cut at line ends, and evidence for lines that could not be read."""

from collections.abc import Iterable, Iterator

import msgspec

from agent.ask import Source
from model.evidence import Evidence, Observation, observed
from model.trouble import Trouble

PAGE = 65_536  # bytes
MOST_FAULTS = 200  # bad lines that are kept one by one; those beyond are counted
LONGEST_FAULT = 4_096  # bytes of a bad line that are kept


class Fault(msgspec.Struct, frozen=True):
    """A line that is not what the file promises. `number` counts from 1."""

    number: int
    what: str
    line: bytes


def lines(data: bytes) -> Iterator[tuple[int, bytes]]:
    """(number from 1, line without its end) of every line."""
    for number, line in enumerate(data.split(b"\n"), 1):
        yield number, line.removesuffix(b"\r")


def pages(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The chunks joined into pages of at most PAGE bytes. A chunk is never cut: the caller lets none be longer."""
    held: list[bytes] = []
    size = 0
    for chunk in chunks:
        if held and size + len(chunk) > PAGE:
            yield b"".join(held)
            held, size = [], 0
        held.append(chunk)
        size += len(chunk)
    if held:
        yield b"".join(held)


def observation(source: Source, probe: str, vantage: str = "", target: str = "") -> Observation:
    """The first observation of an imported dialogue."""
    return Observation(
        probe=probe,
        vantage=vantage or f"file:{source.origin}",
        target=target,
        asked="import",
        status="answered",
        seen_at=source.seen_at,
    )


def dialogue(first: Observation, bodies: Iterable[bytes], media: str) -> Iterator[Evidence]:
    """The bodies as one dialogue that begins with `first`: the others name its id as their parent."""
    parent: str | None = None
    for step, body in enumerate(bodies):
        evidence = observed(msgspec.structs.replace(first, parent=parent, step=step), body, media)
        parent = parent or evidence.id
        yield evidence


def failed(source: Source, probe: str, bad: Iterable[Fault]) -> Iterator[Evidence]:
    """Evidence of status `failed` for each bad line; beyond MOST_FAULTS one more says how many are not listed."""
    base = msgspec.structs.replace(observation(source, probe), status="failed")
    more = 0
    for count, fault in enumerate(bad):
        if count < MOST_FAULTS:
            asked = f"line {fault.number}: {fault.what}"
            yield observed(msgspec.structs.replace(base, asked=asked), fault.line[:LONGEST_FAULT])
        else:
            more += 1
    if more:
        yield observed(msgspec.structs.replace(base, asked=f"{more} more bad lines are not listed"))


def wrong_kind(source: Source, kind: str, shape: str) -> Trouble:
    """The trouble of a file without one line of the promised kind."""
    what = f"no line of it is {shape}" if source.data.strip() else "the file is empty"
    return Trouble(source.origin, what, f"check the file, or name another kind than {kind} with --kind")
