"""The scope closure: every subnet, VLAN and SSID that any table names is in scope, excluded with a reason, or not examined."""

import ipaddress
import re
from collections.abc import Iterable, Mapping

from fingerprints.strays import Left
from model.claims import fields
from model.report import Finding, Network
from model.run import Start
from model.spans import Spans, spans

NAMED_VLAN = re.compile(r"(?i)^(?:vlan|vlanif|vlan-interface|irb\.|bvi|ve)\s?(\d{1,4})$")
Key = tuple[str, str]  # kind and name


def networks(devices: Iterable[Left], findings: Mapping[str, Finding], starts: Iterable[Start]) -> tuple[Network, ...]:
    """Every subnet, VLAN and SSID that any table names, held against what the runs were told to examine."""
    runs = list(starts)
    given = spans(text for start in runs for text in start.targets)
    left_out = spans(text for start in runs for text in start.exclude)
    told = _Told(runs)
    for device in devices:
        told.by_tables(device)
        told.by_places(device, findings[device.device], given)
    examined = told.examined(given, left_out)
    why = "; ".join(sorted({start.exclude_reason for start in runs if start.exclude_reason}))
    return tuple(
        Network(name, kind, state, tuple(sorted(by)), told.reason((kind, name), state, why))
        for (kind, name), by in sorted(told.named.items())
        for state in [_state(name, given, left_out) if kind == "subnet" else _whether((kind, name) in examined)]
    )


def _whether(examined: bool) -> str:
    return "in scope" if examined else "not examined"


class _Told:
    """Who names which network, and where hosts of the scan hang. `subnets`: those that a VLAN's interface has, by VLAN."""

    def __init__(self, runs: Iterable[Start]) -> None:
        given = {text for start in runs for text in (*start.targets, *start.exclude)}
        self.named: dict[Key, set[str]] = {("subnet", text): {"scope"} for text in given}
        self._titles: dict[Key, set[str]] = {}
        self._subnets: dict[str, set[str]] = {}
        self._hung: set[Key] = set()

    def by_tables(self, device: Left) -> None:
        """What the device's own tables name."""
        for text in device.networks:
            told = fields(text)
            if not told.get("kind") or not told.get("name"):
                continue
            # `10 CAMERAS` and `10` are one VLAN, by two switches' tables.
            name, _, title = told["name"].partition(" ") if told["kind"] == "vlan" else (told["name"], "", "")
            key = (told["kind"], name)
            self.named.setdefault(key, set()).add(device.device)
            self._titles.setdefault(key, set()).update(filter(None, (title, told.get("title"))))
            on = NAMED_VLAN.match(told.get("interface", ""))
            if on and told["kind"] == "subnet":
                self._subnets.setdefault(on[1], set()).add(told["name"])

    def by_places(self, device: Left, finding: Finding, given: Spans) -> None:
        """Where the device hangs: a station table's line names its VLAN as well as any VLAN table does."""
        for at in finding.attached:
            if at.vlan.isdigit():
                self.named.setdefault(("vlan", at.vlan), set()).update(filter(None, [at.switch]))
        if finding.attached and device.seen and spans(finding.addresses) & given:
            self._hung |= {("vlan", at.vlan) for at in finding.attached if at.vlan}
            self._hung |= {("ssid", at.ssid) for at in finding.attached if at.ssid}

    def examined(self, given: Spans, left_out: Spans) -> set[Key]:
        """VLANs and SSIDs. What routes a VLAN's subnets decides it; where nobody tells them, a host of the scan that hangs in it does."""
        routed = {
            ("vlan", vlan): all(_state(net, given, left_out) == "in scope" for net in nets)
            for vlan, nets in self._subnets.items()
        }
        return {key for key in self._hung | {*routed} if routed.get(key, True)}

    def reason(self, key: Key, state: str, why: str) -> str:
        """Why it is excluded, else what it is titled."""
        title = ", ".join(sorted(self._titles.get(key, ())))
        return (why or "excluded without a reason") if state == "excluded" else title


def _state(name: str, given: Spans, left_out: Spans) -> str:
    """A single address in the targets is not a subnet in scope: every address of the network must be in it."""
    try:
        net = ipaddress.ip_network(name, strict=False)
        whole = spans([str(net)])
    except ValueError:
        whole = spans([name])
    if whole.labels or not whole.ranges:
        return "not examined"
    if not whole - left_out:
        return "excluded"
    return "in scope" if not _hosts(whole) - given else "not examined"


def _hosts(whole: Spans) -> Spans:
    """A network without its own and its broadcast address: `10.0.0.1-10.0.0.254` examines 10.0.0.0/24."""
    version, first, last = whole.ranges[0]
    return Spans(((version, first + 1, last - 1),)) if version == 4 and last - first > 2 else whole
