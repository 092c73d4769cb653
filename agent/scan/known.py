"""What a run has learned of its hosts, as the evidence comes in: who is there, with which hardware, which ports are open."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from agent.manners import caution
from fingerprints.registry import Registry, enterprise_of_engine_id, enterprise_of_oid, mac_of_engine_id
from model.claims import Fact
from model.evidence import Evidence, Observation

Read = Callable[[Sequence[Evidence]], Iterator[Fact]]
STATION = "station:"
DELICATE = ("printer.", "ups.")  # facts that only such a device's tables give
MANAGED = ("lldp.mgmt_address", "cdp.address")
MOST_TOLD = 50_000
WATCHES = (
    "sadp.",
    "dhip.",
    "dvrip.",
    "onvif.",
    "rtsp_header.",
    "hikvision.",
    "dahua.",
)  # and these a camera's or recorder's
HEARD = ("answered", "cut", "refused")


class Known:
    """`live`: addresses that something came from. `macs`, `open`: by address; `told_by`: addresses heard, by probe.

    `told`: addresses that only devices' tables speak of, with the MAC they give or "". `cuts`: by (probe, address), why tables
    of its ended before their end.
    """

    def __init__(self, registry: Registry, readers: Mapping[str, Read], first_hand: Iterable[str]) -> None:
        """`first_hand`: probes whose stations were heard by this machine itself, not told by a device's table."""
        self.live: dict[str, None] = {}
        self.macs: dict[str, dict[str, None]] = {}
        self.open: dict[str, set[int]] = {}
        self.told_by: dict[str, dict[str, None]] = {}
        self.told: dict[str, str] = {}
        self.cuts: dict[tuple[str, str], dict[str, None]] = {}
        self._careful: dict[str, str] = {}
        self._cameras: set[str] = set()
        self._registry, self._readers, self._first_hand = registry, readers, frozenset(first_hand)

    def cautious(self, address: str) -> bool:
        """Whether its maker is on the caution list, by MAC, engine id, object id or a neighbour's table."""
        return address in self._careful

    def why(self, address: str) -> str:
        """The registrant and the reason, "" for an ordinary host."""
        return self._careful.get(address, "")

    def camera(self, address: str) -> bool:
        """Whether what it said is what cameras and recorders say."""
        return address in self._cameras

    def mac(self, address: str) -> str:
        """Its hardware address, "" if unknown or not one."""
        found = self.macs.get(address, {})
        return next(iter(found)) if len(found) == 1 else ""

    def learn(self, evidence: Sequence[Evidence]) -> None:
        """Take in a dialogue. A reader's bug is not met here: assessing tells of it, naming the evidence."""
        for one in evidence:
            if alive(one.observation):
                self.live[one.observation.target] = None
                self.told_by.setdefault(one.observation.probe, {})[one.observation.target] = None
        probe, target = evidence[0].observation.probe, evidence[0].observation.target
        try:
            facts = list(self._readers[probe](evidence))
        except Exception:  # noqa: BLE001
            return
        for fact in facts:
            self._take(probe, target, fact)

    def _take(self, probe: str, target: str, fact: Fact) -> None:
        if fact.key == "snmp.cut":
            self.cuts.setdefault((probe, target), {})[fact.value] = None
        if fact.about == "self" and fact.key.startswith(WATCHES):
            self._cameras.add(target)
        if fact.about.startswith(STATION) and fact.key == "ip.address":
            self._station(probe, fact.value, fact.about.removeprefix(STATION))
        elif fact.about.startswith("host:") and fact.key == "mac.address":
            self._station(probe, fact.about.removeprefix("host:"), fact.value)
        elif fact.about.startswith("neighbor:") and fact.key in MANAGED:
            self._tell(fact.value, "")
        elif fact.about == "self" and fact.key == "tcp.open":
            self.open.setdefault(target, set()).add(int(fact.value))
        elif fact.about == "self" and fact.key in ("snmp.engine_id", "snmp.sys_object_id", "mac.address"):
            self._judge(target, self._registrant(fact))

        elif fact.about == "self" and fact.key.startswith(DELICATE):
            self._careful.setdefault(target, f"its tables say it is a {fact.key.split('.')[0]}")

    def _station(self, probe: str, address: str, mac: str) -> None:
        if probe in self._first_hand:
            self.live[address] = None
            self.told_by.setdefault(probe, {})[address] = None
            self.macs.setdefault(address, {})[mac] = None
        else:
            self._tell(address, mac)
        self._judge(address, self._registry.registrant(mac))

    def _tell(self, address: str, mac: str) -> None:
        if len(self.told) < MOST_TOLD or address in self.told:
            self.told[address] = mac or self.told.get(address, "")

    def _registrant(self, fact: Fact) -> str | None:
        if fact.key == "mac.address":
            return self._registry.registrant(fact.value)
        if fact.key == "snmp.sys_object_id":
            number = enterprise_of_oid(fact.value)
        else:
            number = enterprise_of_engine_id(fact.value)
            mac = mac_of_engine_id(fact.value)
            if mac and (name := self._registry.registrant(mac)) and caution(name):
                return name
        return self._registry.enterprise(number) if number else None

    def _judge(self, address: str, registrant: str | None) -> None:
        reason = caution(registrant) if registrant else None
        if reason:
            self._careful.setdefault(address, f"{registrant} {reason}")


def alive(observation: Observation) -> bool:
    """Whether something at the target's address sent this: a refusal and an open, silent port count."""
    quiet = observation.status == "silent" and observation.answer is not None
    return bool(observation.target) and (observation.status in HEARD or quiet)


class Gathering:
    """Pieces of host dialogues under way, by probe and target, until the dialogue ends."""

    def __init__(self) -> None:
        self._held: dict[tuple[str, str], list[Evidence]] = {}

    def add(self, evidence: Evidence) -> None:
        """Keep a piece."""
        note = evidence.observation
        self._held.setdefault((note.probe, note.target), []).append(evidence)

    def take(self, probe: str, target: str) -> list[Evidence]:
        """The pieces of a dialogue that ended."""
        return self._held.pop((probe, target), [])
