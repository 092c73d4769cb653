"""Evidence taken apart for keeping: its lines without their bodies, and each body once by its digest; and put together again.

A line has one canonical form, so what was taken apart comes together byte for byte; where it would not, the lines are kept as they came.
"""

from collections.abc import Callable, Iterator, Mapping

import msgspec

from collector.store.blobs import Packed, packed
from model.evidence import INLINE, Evidence, line, parsed
from model.parcel import EVIDENCE

FEWEST = 256  # bytes of a body: below it a row of its own costs more than it saves
WHOLE = b'{"whole":true}\n'  # first line of lines that were kept as they came


class Apart(msgspec.Struct, frozen=True):
    """`lines`: what stands for evidence.jsonl; `bodies`: {digest: bytes} of what was taken out of it."""

    lines: Packed
    bodies: dict[str, bytes]


def apart(members: Mapping[str, bytes]) -> Apart:
    """The evidence of a parcel, taken apart."""
    bodies = {f"sha256:{name.rsplit('/', 1)[1]}": data for name, data in members.items() if name.startswith("bodies/")}
    kept, taken = [], {}
    for raw in _lines(members[EVIDENCE]):
        found = parsed(raw, EVIDENCE)
        answer = found.observation.answer
        if found.body is not None and answer is not None and len(found.body) >= FEWEST:
            taken[f"sha256:{answer.sha256}"] = found.body
            found = msgspec.structs.replace(found, body=None)
        kept.append(line(found))
    made = b"".join(one + b"\n" for one in kept)
    bodies |= taken
    if joined(made, lambda name: bodies[name]) != members[EVIDENCE]:
        made = WHOLE + members[EVIDENCE]
    return Apart(packed(made), bodies)


def joined(lines: bytes, body: Callable[[str], bytes]) -> bytes:
    """evidence.jsonl as it came. `body` gives the bytes of a digest; it is asked for those that stood in the lines alone."""
    if lines.startswith(WHOLE):
        return lines[len(WHOLE) :]
    return b"".join(line(_whole(parsed(raw, EVIDENCE), body)) + b"\n" for raw in _lines(lines))


def read(lines: bytes, body: Callable[[str], bytes]) -> Iterator[Evidence]:
    """The evidence with all its bodies, long ones too: what `assess` needs."""
    for raw in _lines(lines.removeprefix(WHOLE)):
        found = parsed(raw, EVIDENCE)
        answer = found.observation.answer
        if answer is not None and found.body is None:
            found = msgspec.structs.replace(found, body=body(f"sha256:{answer.sha256}"))
        yield found


def wanted(lines: bytes) -> list[str]:
    """The digests of the bodies that `read` will ask for."""
    asked = (parsed(raw, EVIDENCE) for raw in _lines(lines.removeprefix(WHOLE)))
    return sorted(
        {f"sha256:{one.observation.answer.sha256}" for one in asked if one.observation.answer and one.body is None}
    )


def _whole(found: Evidence, body: Callable[[str], bytes]) -> Evidence:
    answer = found.observation.answer
    if answer is None or found.body is not None or not FEWEST <= answer.size <= INLINE:
        return found
    return msgspec.structs.replace(found, body=body(f"sha256:{answer.sha256}"))


def _lines(data: bytes) -> list[bytes]:
    return [raw for raw in data.split(b"\n") if raw.strip()]
