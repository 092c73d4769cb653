"""What probes of one greeting share: which ports to ask, and the text of what was said."""

from collections.abc import Iterator, Sequence

from agent.ask import Target
from agent.decode.say import LONGEST
from model.evidence import Evidence


def ports(target: Target, usual: Sequence[int], also: Sequence[int] = ()) -> list[int]:
    """The usual ports; where it is known which are open, those of the usual and the `also` ones that are."""
    if not target.open_ports:
        return list(usual)
    return [port for port in (*usual, *also) if port in target.open_ports]


def heard(evidence: Sequence[Evidence]) -> Iterator[Evidence]:
    """The pieces that hold something a device said, whole or cut."""
    for one in evidence:
        if one.body and one.observation.status in ("answered", "cut"):
            yield one


def text(body: bytes) -> str:
    """A greeting as text: UTF-8, else Latin-1; NULs and blanks at both ends gone, as long as a fact may be."""
    body = body[: 4 * LONGEST]
    try:
        said = body.decode("utf-8")
    except UnicodeDecodeError:
        said = body.decode("latin-1")
    return said.replace("\0", "").strip()[:LONGEST]
