"""What the law's words call a kind of device: our reading, for the person who answers, never a verdict.

Section 889 names telecommunications equipment, video surveillance equipment and their services, and lists no kinds. What is
neither in the words' plain sense (a power unit, a server, a door terminal) is a question.
"""

TELECOMMUNICATIONS, VIDEO, SERVICE = "telecommunications equipment", "video surveillance equipment", "service"
QUESTION = "question"
_KINDS = {
    TELECOMMUNICATIONS: (
        "router switch firewall gateway controller access-point access-node olt ont microwave transmission radio satellite phone"
        " mobile modem optic conference"
    ),
    VIDEO: "camera thermal-camera body-camera recorder video",
    SERVICE: "service",
}
_PARTS = frozenset("port optic transceiver modem".split())  # what sends and receives, whichever box it is plugged into
_CARDS = frozenset(("module", "card"))  # a card does what its box does
_IN_LAW = {kind: words for words, kinds in _KINDS.items() for kind in kinds.split()}


def in_law(kind: str) -> str:
    """The law's words for a kind, `question` where it has none: a UPS, an inverter, a server, a thing of no known kind."""
    return _IN_LAW.get(kind, QUESTION)


def part_in_law(kind: str, box: str) -> str:
    """The law's words for a part of a box of kind `box`: an optic or modem by itself, a line card as its box; else a question."""
    if kind in _PARTS:
        return TELECOMMUNICATIONS
    return in_law(box if kind in _CARDS else kind)
