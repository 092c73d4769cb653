"""TCP bytes in their order, as far as one page holds them: enough for a greeting that takes several segments. Pure, bounded."""

import msgspec

from agent.decode.ether import Frame

MOST_FLOWS = 256
MOST_BYTES = 65_536  # of one flow
_WRAP = 1 << 32


class _Flow(msgspec.Struct):
    start: int
    parts: dict[int, bytes]
    size: int = 0


class Flows:
    """Segments of one page's flows. What is lost or beyond the bounds ends the flow there: the dissector sees a beginning."""

    def __init__(self) -> None:
        self._held: dict[tuple[str, str, tuple[int, ...]], _Flow] = {}

    def gathered(self, frame: Frame) -> Frame:
        """The frame with the flow's bytes so far in place of its own; frames that are no TCP are given back."""
        if frame.sequence < 0:
            return frame
        flow = self._flow(frame)
        if flow is None:
            return frame
        at = (frame.sequence - flow.start) % _WRAP
        if frame.payload and at not in flow.parts and flow.size + len(frame.payload) <= MOST_BYTES:
            flow.parts[at] = frame.payload
            flow.size += len(frame.payload)
        return msgspec.structs.replace(frame, payload=_joined(flow.parts))

    def _flow(self, frame: Frame) -> _Flow | None:
        name = (frame.ip_source, frame.ip_destination, frame.ports)
        if name not in self._held and (len(self._held) >= MOST_FLOWS or not frame.payload):
            return None
        return self._held.setdefault(name, _Flow(frame.sequence, {}))


def _joined(parts: dict[int, bytes]) -> bytes:
    """The bytes from the start to the first gap."""
    whole = b""
    for at, part in sorted(parts.items()):
        if at > len(whole):
            break
        whole += part[len(whole) - at :]
    return whole
