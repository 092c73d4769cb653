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


def expected(site: Site, mode: str = "namespaces", six: bool = True) -> tuple[Expected, ...]:
    """The right verdict on every device of the site as `mode` shows it; nobody can be named in an anonymous one.

    `six`: does the machine speak IPv6?
    """
    return tuple(_one(site, device, mode, six and mode != "loopback") for device in site.devices)


def _one(site: Site, device: Device, mode: str, six: bool) -> Expected:
    seen = _seen(site, device, mode, six)
    verdict, outcomes = _verdict(site, device, seen)
    return Expected(
        device=device.name,
        kind=device.kind,
        verdict=verdict,
        covered=verdict == "covered",
        maker="" if site.anonymous else device.truth.maker,
        outcomes=outcomes,
        addresses=_addresses(site, device, six),
        macs=tuple(leg.mac for leg in device.legs),
        wire=device.wire,
        scanned=seen and not device.excluded and verdict != "service",
        why=device.truth.why,
    )


def _seen(site: Site, device: Device, mode: str, six: bool) -> bool:
    """Can a scan reach it in this mode?"""
    reached = any(leg.host for leg in device.legs) or six
    return reached and (device.wire == "present" or (device.wire == "arp-only" and mode != "loopback"))


def _verdict(site: Site, device: Device, seen: bool) -> tuple[str, tuple[str, ...]]:
    truth = device.truth
    if truth.verdict == "service" or (seen and not site.anonymous):
        return truth.verdict, truth.outcomes or ALLOWED[truth.verdict]
    if seen:
        return "not-accused", ("unknown", "unseen")
    if truth.verdict == "covered" and not site.anonymous:
        return "unseen", (*ALLOWED["unseen"], "suspect")  # a listed maker's MAC in a table is all there is
    if site.anonymous or truth.verdict == "not-accused":
        return "unseen", ALLOWED["unseen"]
    return truth.verdict, truth.outcomes or ALLOWED[truth.verdict]


def _addresses(site: Site, device: Device, six: bool) -> tuple[str, ...]:
    """IPv4 first."""
    four = [site.address(leg) for leg in device.legs if leg.host]
    return (*four, *(address for leg in device.legs if six for address in site.addresses6(leg)))
