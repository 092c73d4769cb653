"""Sweeps in pieces, so that a ledger note can follow each: what a killed run loses is one piece."""

from collections.abc import Iterable, Iterator

from model.spans import Spans

ARP_SECONDS, ARP_LEAST, ARP_MOST = 20, 128, 4096  # a piece waits a second or two for late answers: not too many pieces
DATAGRAMS, TOGETHER = 512, 4  # addresses a piece, and pieces at once
KERNEL = 256  # new neighbours at once without raw frames: the kernel's table holds 1,024 for the whole machine


def pieces(these: Spans, size: int) -> Iterator[Spans]:
    """`these` in pieces of at most `size` addresses, in order."""
    held: list[tuple[int, int, int]] = []
    left = size
    for version, first, last in these.ranges:
        while first <= last:
            end = min(last, first + left - 1)
            held.append((version, first, end))
            left -= end - first + 1
            first = end + 1
            if not left:
                yield Spans(tuple(held))
                held, left = [], size
    if held:
        yield Spans(tuple(held))


def arp_size(rate: float) -> int:
    """How many addresses an ARP piece has at `rate` a second."""
    return max(ARP_LEAST, min(ARP_MOST, int(rate * ARP_SECONDS)))


def dealt(items: Iterable[Spans], hands: int) -> list[Iterator[Spans]]:
    """The pieces dealt to `hands` chains, each of which runs one after the other."""
    held = list(items)
    return [iter(held[at::hands]) for at in range(min(hands, len(held)))]
