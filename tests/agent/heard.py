"""What tests of captured frames share: pages of frames as evidence, and what is heard in them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from agent.decode.pcap import MEDIA, head, record
from agent.frames._read import read
from model.claims import Fact
from model.evidence import Evidence, Observation, observed
from tests.agent.reading import WHEN, said

ETHERNET, COOKED, COOKED_2 = 1, 113, 276
CAMERA, OTHER, SWITCH, ROUTER = "00:40:8c:11:22:33", "00:40:8c:11:22:44", "00:1b:d4:00:00:01", "00:1b:d4:00:00:02"
RANDOM = "02:11:22:33:44:55"
Said = tuple[str, str, str]


def page(
    frames: Iterable[bytes | Any], link_type: int = ETHERNET, vantage: str = "desk/eth0", seen_at: str = WHEN
) -> Evidence:
    """Frames (octets, or what scapy built) as one page of evidence."""
    body = head(link_type) + b"".join(record(0, 0, bytes(one)) for one in frames)
    return observed(Observation("listen", vantage, "", "what is heard", "noted", seen_at), body, MEDIA)


def facts(*frames: bytes | Any, link_type: int = ETHERNET) -> list[Fact]:
    return list(read([page(frames, link_type)]))


def heard(*frames: bytes | Any, link_type: int = ETHERNET) -> set[Said]:
    """All facts as (about, key, value), but for what every frame says: whose frame it was, and whose it was to be."""
    plain = {
        (fact.about, fact.key, fact.value)
        for fact in facts(*frames, link_type=link_type)
        if fact.key == "mac.address" and fact.about in (f"host:{fact.value}", f"station:{fact.value}")
    }
    return said(iter(facts(*frames, link_type=link_type))) - plain


def stations(*frames: bytes | Any) -> set[Said]:
    """Only whose frames they were."""
    return said(iter(facts(*frames))) - heard(*frames)
