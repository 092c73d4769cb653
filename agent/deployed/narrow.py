"""A collector's policy over the site's own configuration: each wish narrows, or is refused by name. Nothing here can widen."""

import ipaddress
import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta, tzinfo

import msgspec

from agent.budget import PROFILES
from agent.config import Config
from model.policy import Policy
from model.schedule import closed, moments, schedule_of, spell_of
from model.spans import Spans, spans
from model.trouble import Trouble

PACK = re.compile(r"sha256:[0-9a-f]{64}")
SPAN = timedelta(days=56)  # in which two schedules are compared


class Narrowed(msgspec.Struct, frozen=True):
    """`config`: what holds; `pack`: digest of the rules to judge by, "" for the shipped ones; `refused`: wishes not followed, and why."""

    config: Config
    pack: str = ""
    refused: tuple[str, ...] = ()


def narrowed(config: Config, policy: Policy | None, site: str, now: datetime, zone: tzinfo) -> Narrowed:
    """The configuration with what of the policy narrows it."""
    if policy is None:
        return Narrowed(config)
    if policy.site != site:
        return Narrowed(config, refused=(f"policy {policy.serial}: it is for site {policy.site[:60]!r}",))
    refused: list[str] = []
    config = _scope(config, policy, refused)
    config = _times(config, policy, now, zone, refused)
    config = _profile(config, policy, refused)
    pack = policy.pack or ""
    if pack and config.agent.packs != "collector":
        refused.append(f'pack {pack[:19]}...: agent.packs is "shipped" in agent.toml')
        pack = ""
    if pack and not PACK.fullmatch(pack):
        refused.append(f"pack {pack[:60]!r}: no digest")  # it becomes a file's name and a part of a URL
        pack = ""
    return Narrowed(config, pack, tuple(refused))


def _scope(config: Config, policy: Policy, refused: list[str]) -> Config:
    scope = config.scope
    exclude = tuple(_addresses("exclude", policy.exclude, refused))
    if exclude:
        reason = scope.exclude_reason or f"policy {policy.serial} of the collector"
        both = tuple(dict.fromkeys((*scope.exclude, *exclude)))
        scope = msgspec.structs.replace(scope, exclude=both, exclude_reason=reason)
    if policy.targets is not None:
        scope = msgspec.structs.replace(scope, targets=_targets(scope.targets, policy.targets, refused))
    return msgspec.structs.replace(config, scope=scope)


def _targets(own: tuple[str, ...], wished: tuple[str, ...], refused: list[str]) -> tuple[str, ...]:
    """What both name. A target of the site's own that is wished whole keeps its text, so that it is asked as it always was."""
    texts = list(_addresses("targets", wished, refused))
    allowed = spans(own)
    whole = [text for text in own if not (spans([text]) - spans(texts)).ranges]
    # What no host has in the site's own networks is not asked either where the policy names it by itself.
    left = allowed - spans(whole) - _ends(own)
    kept = list(whole)
    for text in texts:
        if (spans([text]) - allowed).ranges:
            refused.append(f"targets {text}: not within [scope] targets of agent.toml; what is, is followed")
        kept += (spans([text]) & left).texts()
    return tuple(dict.fromkeys(kept))


def _ends(texts: Sequence[str]) -> Spans:
    """Network and broadcast addresses of networks."""
    nets = [ipaddress.ip_network(text, strict=False) for text in texts if "/" in text]
    ends = ((net.network_address, net.broadcast_address) for net in nets if net.num_addresses > 2)
    return spans(str(one) for both in ends for one in both)


def _addresses(what: str, texts: tuple[str, ...], refused: list[str]) -> Iterator[str]:
    for text in texts:
        if spans([text]).labels:
            refused.append(f"{what} {text[:60]!r}: no address")
        else:
            yield text


def _times(config: Config, policy: Policy, now: datetime, zone: tzinfo, refused: list[str]) -> Config:
    agent = config.agent
    blackout = list(agent.blackout)
    for text in policy.blackout:
        try:
            spell_of(text, "blackout")
        except Trouble as fault:
            refused.append(f"{fault.where} {fault.what}")
        else:
            blackout.append(text)
    agent = msgspec.structs.replace(agent, blackout=tuple(dict.fromkeys(blackout)))
    if policy.schedule is not None:
        if why := _widens(agent.schedule, agent.window, policy.schedule, now, zone):
            refused.append(f"schedule {policy.schedule[:40]!r}: {why}")
        else:
            agent = msgspec.structs.replace(agent, schedule=policy.schedule)
    return msgspec.structs.replace(config, agent=agent)


def _widens(own: str, window: tuple[str, ...], wished: str, now: datetime, zone: tzinfo) -> str:
    """Why a schedule is more than the site allows; "" where it is not."""
    try:
        asked = schedule_of(wished, "schedule")
    except Trouble as fault:
        return fault.what
    if not own:
        return "the site has no schedule of its own, so none to narrow"
    ours = {at for at in moments(schedule_of(own, "schedule"), now, zone) if at < now + SPAN}
    theirs = {at for at in moments(asked, now, zone) if at < now + SPAN}
    if theirs <= ours:
        return ""
    if len(theirs) > len(ours):
        return "more often than agent.schedule of agent.toml"
    spells = [spell_of(text, "window") for text in window]
    if any(closed(spells, at, zone) is None for at in theirs - ours):
        return "at moments that agent.window of agent.toml does not hold"
    return ""


def _profile(config: Config, policy: Policy, refused: list[str]) -> Config:
    if policy.profile is None:
        return config
    if policy.profile not in PROFILES:
        refused.append(f"profile {policy.profile[:40]!r}: there is none")
        return config
    if PROFILES[policy.profile].total > PROFILES[config.budget.profile].total:
        refused.append(f"profile {policy.profile}: faster than budget.profile of agent.toml, {config.budget.profile}")
        return config
    budget = msgspec.convert({"profile": policy.profile}, type(config.budget))
    return msgspec.structs.replace(config, budget=budget)
