"""What one scan was told to do: the configuration with the command line over it."""

from pathlib import Path

import msgspec

from agent.budget import PROFILES, Profile
from agent.config import Config
from agent.exchange.floor import PortMap
from agent.snmp.credentials import Credential
from model.spans import spans
from model.trouble import UsageTrouble

NO_PERMISSION = "an active scan needs the name of who allowed it"


class Order(msgspec.Struct, frozen=True):
    """`only`, `without`: probe names. `rate`: packets/s, None for the profile's. `public_reason`: why public addresses are allowed.

    `upstream`: addresses to which the way is looked for. `engine`: `nmap` where its service probes shall follow.
    """

    config: Config
    credentials: tuple[Credential, ...] = ()
    only: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    rate: float | None = None
    public_reason: str = ""
    multicast: bool = False
    interface: str = ""
    port_map: PortMap | None = None
    upstream: tuple[str, ...] = ()
    engine: str = ""

    @property
    def profile(self) -> Profile:
        """The budget: the named profile, its rates lowered (never raised) by `rate`."""
        named = PROFILES[self.config.budget.profile]
        if self.rate is None:
            return named
        low = [min(self.rate, rate) for rate in (named.total, named.host, named.link)]
        return Profile(named.name, *low)


def check(order: Order) -> None:
    """UsageTrouble unless somebody allowed this scan, its rate is one, and its exclusions have a reason."""
    if not order.config.authority.name.strip():
        raise UsageTrouble(
            "scan", NO_PERMISSION, 'say --authorized-by NAME, or name = "..." under [authority] in agent.toml'
        )
    named = PROFILES[order.config.budget.profile]
    if order.rate is not None and order.rate <= 0:
        raise UsageTrouble("--rate", f"{order.rate:g} packets/s is no rate", "say a number above 0")
    if order.rate is not None and order.rate > named.total:
        raise UsageTrouble(
            "--rate",
            f"{order.rate:g} is more than the {named.total:g} packets/s of profile {named.name}",
            "choose a faster --profile",
        )
    for text in order.upstream:
        if len(single := spans([text]).ranges) != 1 or single[0][1] != single[0][2]:
            raise UsageTrouble(f"--upstream {text}", "not one address", "write it as 192.0.2.1: names are not resolved")
    if order.config.scope.exclude and not order.config.scope.exclude_reason:
        raise UsageTrouble("--exclude", "needs a reason, which the report prints", "say --exclude-reason TEXT")


def port_map(path: Path | None) -> PortMap | None:
    """{(address, port): (loopback address, port)} of a lab's file {address: {"tcp/22": port}}; None without one."""
    if path is None:
        return None
    try:
        told = msgspec.json.decode(path.read_bytes(), type=dict[str, dict[str, int]])
    except (OSError, msgspec.MsgspecError) as fault:
        raise UsageTrouble(str(path), f"no port map ({fault})", "name the file that the lab wrote") from None
    places = ((address, name.partition("/")[2], real) for address, row in told.items() for name, real in row.items())
    return {(address, int(port)): (address, real) for address, port, real in places if port.isdigit()}
