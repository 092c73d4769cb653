"""Services: what was heard of the site's way to the outside. No device is made of it: a carrier's box is seldom the entity's own."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from fingerprints.registry import Registry, is_evidence, is_random
from model.claims import Fact, fields
from model.report import Finding, Hop, Question, Service, StrayMac

SERVICE = "service:"
# The exceptions' own nouns (FAR 4.2102(b), 52.204-25(c)); whether one applies only a person can say.
QUESTIONS = (
    Question(
        "carrier", "Who provides this connection, under which contract, and whose equipment are the routers heard?"
    ),
    Question(
        "third-party-connection",
        "Does the service connect to a third party's facilities: backhaul, roaming or interconnection arrangements?",
    ),
    Question(
        "carrier-equipment",
        "Does the carrier use equipment of a listed producer for this service, and on whose word is that known?",
    ),
)


def services(facts: Iterable[Fact], findings: Mapping[str, Finding], registry: Registry) -> tuple[Service, ...]:
    """One service a target, over all the times it was asked; a hop that is a device of the report is named as that."""
    told: dict[str, list[Fact]] = defaultdict(list)
    for fact in facts:
        if fact.about.startswith(SERVICE):
            told[fact.evidence].append(fact)
    targets: dict[str, list[Fact]] = defaultdict(list)
    for some in told.values():
        for name in {fact.value for fact in some if fact.key == "upstream.target"}:
            targets[name].extend(some)
    device_of = {text: one.device for one in findings.values() for text in one.addresses}
    return tuple(_service(name, found, device_of, registry) for name, found in sorted(targets.items()))


def gateway_macs(ways: Iterable[Service], findings: Mapping[str, Finding]) -> Iterator[StrayMac]:
    """Gateways that no finding is: their MACs stand in this machine's tables, so the MAC closure has them, whoever owns them."""
    known = {mac for one in findings.values() for mac in one.macs}
    found = {hop.mac: hop for way in ways for hop in way.hops if hop.mac and not hop.device and hop.mac not in known}
    for mac, hop in sorted(found.items()):
        yield StrayMac(mac, hop.registrant, is_random(mac), (hop.address,) if hop.address else ())


def _service(target: str, facts: list[Fact], device_of: Mapping[str, str], registry: Registry) -> Service:
    hops = {_gateway(fields(fact.value), device_of, registry) for fact in facts if fact.key == "upstream.gateway"}
    hops |= {_hop(fields(fact.value), device_of) for fact in facts if fact.key == "upstream.hop"}
    evidence = tuple(sorted({fact.evidence for fact in facts}))
    return Service("upstream", target, tuple(sorted(hops)), QUESTIONS, evidence)


def _gateway(told: Mapping[str, str], device_of: Mapping[str, str], registry: Registry) -> Hop:
    address, mac = told.get("address", ""), told.get("mac", "")
    named = (registry.registrant(mac) if mac and is_evidence(mac) else None) or ""
    return Hop(0, address, "gateway", mac, named, device_of.get(address, ""))


def _hop(told: Mapping[str, str], device_of: Mapping[str, str]) -> Hop:
    address, ttl = told.get("address", ""), told.get("ttl", "")
    return Hop(int(ttl) if ttl.isdigit() else 0, address, told.get("kind", "hop"), device=device_of.get(address, ""))
