"""What a right report says of each device: the lab's own knowledge, for checks and tests, never for a scan."""

import msgspec

from lab.nouns import ALLOWED, Device, Site


class Expected(msgspec.Struct, frozen=True):
    """One device. `outcomes`: those a report may give it. `maker`: "" if none. `scanned`: there and not excluded."""

    device: str
    kind: str
    verdict: str
    covered: bool
    maker: str
    outcomes: tuple[str, ...]
    addresses: tuple[str, ...]
    macs: tuple[str, ...]
    wire: str
    scanned: bool
    why: str


def expected(site: Site, mode: str = "namespaces") -> tuple[Expected, ...]:
    """The right verdict on every device of the site as `mode` shows it; nobody can be named in an anonymous one."""
    return tuple(_one(site, device, mode) for device in site.devices)


def _one(site: Site, device: Device, mode: str) -> Expected:
    seen = device.wire == "present" or (device.wire == "arp-only" and mode != "loopback")
    verdict, outcomes = device.truth.verdict, device.truth.outcomes or ALLOWED[device.truth.verdict]
    if site.anonymous or (not seen and verdict == "not-accused"):
        verdict, outcomes = ("not-accused", ("unknown", "unseen")) if seen else ("unseen", ALLOWED["unseen"])
    return Expected(
        device=device.name,
        kind=device.kind,
        verdict=verdict,
        covered=verdict == "covered",
        maker="" if site.anonymous else device.truth.maker,
        outcomes=outcomes,
        addresses=tuple(site.address(leg) for leg in device.legs if leg.host),
        macs=tuple(leg.mac for leg in device.legs),
        wire=device.wire,
        scanned=seen and not device.excluded,
        why=device.truth.why,
    )
