"""Answers SNMP over UDP from the device's objects and the tables that reflect the site."""

import importlib
from collections.abc import Callable, Iterator

from lab.nouns import Device, Site
from lab.snmp.agent import Agent
from lab.snmp.view import Row, View, rows
from lab.speech.setting import Setting
from lab.strip import Strip


def table(name: str) -> Callable[[Site, Device], Iterator[Row]]:
    """The row-maker of lab/tables/NAME.py."""
    found: Callable[[Site, Device], Iterator[Row]] = importlib.import_module(f"lab.tables.{name}").rows
    return found


def view(site: Site, device: Device) -> View:
    """All objects of one device; in an anonymous site, without makers' numbers."""
    made = rows(site, device, table)
    return View(Strip.of(site).rows(made) if site.anonymous else made)


def contexts(site: Site, device: Device) -> dict[str, View]:
    """{name: objects} of the contexts that the device's tables keep: their `contexts(site, device)`, where they have it."""
    found: dict[str, View] = {}
    for name in device.snmp.tables if device.snmp else ():
        of = getattr(importlib.import_module(f"lab.tables.{name}"), "contexts", None)
        for context, made in of(site, device) if of else ():
            found[context] = View(made)
    return found


def answers(setting: Setting) -> Callable[[bytes], bytes | None]:
    """An agent as the device file declares it: who may read, and by which version."""
    snmp = setting.device.snmp
    assert snmp is not None, "lab.engine opens an SNMP port only for a device that has an agent"
    agent = Agent(
        view(setting.site, setting.device),
        setting.clock,
        community=setting.keys.community if "v2c" in snmp.access else "",
        engine=bytes.fromhex(setting.filled(snmp.engine_id).replace(":", "")),
        user=setting.keys.user if "v3" in snmp.access else None,
        contexts=contexts(setting.site, setting.device),
    )
    return agent.reply
