"""The notice: a change ticket in plain text, written from the plan. Nothing is sent for it."""

from collections.abc import Iterator, Mapping, Sequence
from textwrap import wrap
from typing import Any

from agent import nmap_engine
from agent.manners import NEVER_TCP
from agent.scan.plan import Plan
from agent.scope import count

TRIES = 2  # packets to an address that says nothing
LIVE = 12  # packets to the ports of a host that is there, and to those of its services that answer
TABLES = 120  # packets of SNMP tables a device
WIDTH = 130
HANGING: Mapping[str, Any] = {"initial_indent": "  ", "subsequent_indent": " " * 17}
ROOM = 20  # texts in a line before it says "and N more"


def notice(plan: Plan, sources: Sequence[tuple[str, str, str]], now: str) -> str:
    """The ticket. `sources`: (interface, MAC, address) that packets will come from; `now`: the time of writing."""
    return "\n".join(_lines(plan, sources, now)) + "\n"


def _lines(plan: Plan, sources: Sequence[tuple[str, str, str]], now: str) -> Iterator[str]:
    config, profile = plan.order.config, plan.order.profile
    yield "NETWORK SCAN: CHANGE TICKET"
    yield f"written {now} by laydown; nothing has been sent"
    yield ""
    yield f"Authorized by  {config.authority.name}"
    yield f"Ticket         {config.authority.ticket or 'none named'}"
    yield f"Window         {config.authority.window or 'none named'}"
    yield f"Site           {' '.join(filter(None, (config.site.id, config.site.name))) or 'none named'}"
    yield ""
    yield "Packets come from"
    for interface, mac, address in sources:
        yield f"  {address} on {interface}{f', hardware address {mac}' if mac else ''}"
    yield from _scope(plan)
    yield from _rates(plan)
    yield from _probes(plan)
    yield from _alerts(plan)
    yield ""
    yield "How to stop it"
    yield "  Ctrl-C in its terminal, or `kill` its process, or shut the switch port it is plugged into: it sends nothing"
    yield "  more within a second, keeps what it has seen, and begins again only when somebody starts it."
    yield f"  It stops by itself if its link drops or all ARP answers cease. Its budget ({profile.name}) bounds every second."


def _scope(plan: Plan) -> Iterator[str]:
    config = plan.order.config.scope
    yield ""
    yield f"Asked: {count(plan.scope.swept(plan.hosts)):,} addresses"
    yield f"  {_some(config.targets)}"
    if plan.scope.vast:
        yield f"  of {_some(plan.scope.vast.texts())} only what is found there"
    for near in plan.near:
        if near.ours:
            yield f"  link-local addresses found on {near.link.name}, which is wholly in scope"
    yield "Never sent to"
    yield f"  excluded: {_some(config.exclude) or 'nothing'}{f' ({config.exclude_reason})' if config.exclude else ''}"
    yield f"  fragile, only listened to: {_some(config.fragile) or 'nothing'}"
    if plan.order.public_reason:
        yield f"  public addresses are allowed because: {plan.order.public_reason}"


def _some(texts: Sequence[str]) -> str:
    more = f" and {len(texts) - ROOM} more" if len(texts) > ROOM else ""
    return ", ".join(texts[:ROOM]) + more


def _rates(plan: Plan) -> Iterator[str]:
    profile = plan.order.profile
    least, most = minutes(plan)
    yield ""
    yield f"Rates ({profile.name}): at most {profile.total:g} packets/s in all, {profile.host:g}/s to one host,"
    yield f"  {profile.link:g}/s of ARP, broadcast and multicast on one link; one TCP connection to a host at a time"
    some = f"{least} to {most} minutes" if most > 1 else "about a minute"
    yield f"Expected to take {some}, by how many addresses are in use"


def minutes(plan: Plan) -> tuple[int, int]:
    """From nobody there to everybody there, rounded up."""
    profile = plan.order.profile
    arp = max((TRIES * count(near.hosts) / profile.link for near in plan.near), default=0.0) if plan.of("arp") else 0.0
    ports = sum(len(plan.probes[name].PORTS) for name in plan.of("ports"))
    far = count(plan.far) * TRIES * (ports + 1) / profile.total
    hosts = count(plan.far) + sum(count(near.hosts) for near in plan.near)
    each = ports + LIVE + (TABLES if plan.of("snmp") else 0)
    return _up(max(arp, far)), _up(max(arp, far) + hosts * each / profile.total)


def _up(seconds: float) -> int:
    return int(-(-seconds // 60)) or 1


def _probes(plan: Plan) -> Iterator[str]:
    yield ""
    yield "What is asked"
    for name, probe in plan.probes.items():
        yield from wrap(f"{name:14} {probe.TITLE}{_ports(probe.PORTS)}", WIDTH, **HANGING)
    if plan.order.engine:
        told = f"{plan.order.engine:14} {nmap_engine.words(plan.order.profile.host)}, on open ports found, never of cameras"
        yield from wrap(told, WIDTH, **HANGING)
    for name, reason in plan.left_out.items():
        yield f"  {name:14} not asked: {reason}"
    if plan.order.credentials:
        yield f"  SNMP credentials used, each for its own scope: {', '.join(one.name for one in plan.order.credentials)}"
    yield "  Reading only: no login, no default password, no SNMP SET, no exploit, no traffic capture."
    yield f"  Never touched: {len(NEVER_TCP)} TCP ports of printers, serial gateways and controllers ({_few(NEVER_TCP)}, ...)"


def _ports(ports: Sequence[str]) -> str:
    return f" ({', '.join(ports)})" if ports else " (nothing is sent)"


def _few(ports: Mapping[int, str]) -> str:
    return ", ".join(str(port) for port in (9100, 515, 102, 502, 4001) if port in ports)


def _alerts(plan: Plan) -> Iterator[str]:
    stages = set(plan.stages.values())
    yield ""
    yield "Alerts to expect"
    if "arp" in stages and plan.near:
        yield "  switches with dynamic ARP inspection or storm control: many ARP requests from one port"
    if "multicast" in stages and any(near.whole for near in plan.near):
        yield "  hosts of a link: one question of each kind to all of them at once, never twice within a minute"
    if stages & {"ports", "banner"}:
        yield "  intrusion detection: one source connecting to a few ports of many hosts (a port sweep)"
        yield "  servers: TCP connections opened and reset, SSH and TLS handshakes that go no further, HTTP without login"
    if "wide" in stages:
        yield "  SNMP agents: requests for the engine id without a user (counted as unknown engine ids)"
    if "snmp" in stages:
        yield "  SNMP agents: reads with the credentials above; authentication failures where one is not accepted"
