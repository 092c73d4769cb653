"""Facts that follow from facts and the registry: who registered a MAC's block or an enterprise number."""

from collections.abc import Iterable, Iterator

from fingerprints.registry import Registry, enterprise_of_engine_id, enterprise_of_oid, mac_of_engine_id, number_of
from model.claims import Fact


def derived(facts: Iterable[Fact], registry: Registry) -> Iterator[Fact]:
    """`mac.registrant` and `enterprise.registrant` facts, pointing at the same evidence."""
    for fact in facts:
        if fact.key == "mac.address":
            yield from _registrant(fact, fact.value, registry)
        elif fact.key == "lldp.local_chassis_id" and number_of(fact.value) is not None:  # a name may stand there, too
            yield Fact(fact.evidence, fact.about, "mac.address", fact.value)
            yield from _registrant(fact, fact.value, registry)
        elif fact.key == "dhcp.enterprise" and fact.value.isdecimal() and len(fact.value) <= 10:
            yield _enterprise(fact, int(fact.value), registry)
        elif fact.key in ("snmp.sys_object_id", "snmp.engine_id"):
            of = enterprise_of_oid if fact.key == "snmp.sys_object_id" else enterprise_of_engine_id
            number = of(fact.value)
            if number is not None:
                yield _enterprise(fact, number, registry)
            mac = mac_of_engine_id(fact.value) if fact.key == "snmp.engine_id" else None
            if mac:
                yield Fact(fact.evidence, fact.about, "mac.address", mac)
                yield from _registrant(fact, mac, registry)


def _enterprise(fact: Fact, number: int, registry: Registry) -> Fact:
    named = f"{number} {registry.enterprise(number) or ''}".strip()
    return Fact(fact.evidence, fact.about, "enterprise.registrant", named)


def _registrant(fact: Fact, mac: str, registry: Registry) -> Iterator[Fact]:
    name = registry.registrant(mac)
    if name:
        yield Fact(fact.evidence, fact.about, "mac.registrant", name)
