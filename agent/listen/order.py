"""What one listening was told to do."""

import re

import msgspec

from agent.config import Config
from agent.scope import count
from model.spans import Spans, spans
from model.trouble import UsageTrouble

_SPAN = re.compile(r"(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s?)?")
UNITS = (86_400, 3_600, 60, 1)
LONGEST = 366 * 86_400


class Order(msgspec.Struct, frozen=True):
    """`seconds`: how long, 0 until somebody stops it. `config`: whose site, and who allowed it.

    `servers`: whose certificates and HTTP heads are heard too, nobody's unless that was asked for.
    """

    config: Config
    interface: str
    seconds: int = 0
    promiscuous: bool = False
    servers: Spans = Spans()


def seconds(text: str) -> int:
    """The seconds of `90`, `90s`, `10m`, `1h30m` or `2d`; 0 for "". UsageTrouble for anything else, and for none at all."""
    found = _SPAN.fullmatch(text)
    total = sum(int(part) * unit for part, unit in zip(found.groups(), UNITS, strict=True) if part) if found else 0
    if text and not 0 < total <= LONGEST:
        raise UsageTrouble(
            f"--for {text[:40]}", "no span of time between a second and a year", "write 90s, 10m or 1h30m"
        )
    return total


def servers(config: Config) -> Spans:
    """Whose answers `--traffic` hears: the targets without the exclusions. UsageTrouble unless somebody allowed it and said of whom."""
    if not config.authority.name.strip():
        remedy = 'say --authorized-by NAME, or name = "..." under [authority] in agent.toml'
        raise UsageTrouble("--traffic", "needs the name of who allowed it", remedy)
    named = spans(config.scope.targets)
    if named.labels:
        raise UsageTrouble(
            f"target {sorted(named.labels)[0]!r}", "not an address, a network or a range", "write 10.0.0.0/24"
        )
    found = named - spans(config.scope.exclude)
    if not count(found):
        raise UsageTrouble("--traffic", "no device is in scope", "name TARGETs, or targets under [scope] in agent.toml")
    return found
