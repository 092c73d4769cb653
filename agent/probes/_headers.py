"""What RTSP and SIP answers share: a head as HTTP has it, of which a few headers are facts."""

from collections.abc import Iterator, Mapping, Sequence

from agent.decode.http import message
from agent.decode.say import said
from agent.probes._banner import heard
from model.claims import Fact
from model.evidence import Evidence


def headers(evidence: Sequence[Evidence], protocol: str, keys: Mapping[str, str]) -> Iterator[Fact]:
    """`keys`: fact key by header name in lower case; what is no head of `protocol` gives nothing."""
    for one in heard(evidence):
        found = message(one.body or b"", protocol)
        for name, value in found.headers if found else ():
            if name in keys:
                yield from said(one.id, "self", keys[name], value)
