"""Addresses that nobody named one by one: found in a vast prefix or on a link, and asked once they are known to exist.

One address a station: a host has a link-local address, often several others, and need not hear every question on each.
"""

from agent.scan.known import Known
from agent.scan.plan import Plan
from agent.scope import holds
from model.spans import Spans, spans

MOST = 4_096  # told addresses that join a run: a device's table may hold, or invent, any number
ROUNDS = 3  # times that tables are read of devices that tables told of


class Found:
    """`joined`: addresses that devices' tables told of, taken up so far."""

    def __init__(self, plan: Plan, known: Known) -> None:
        self._plan, self._known = plan, known
        self._vast, self._scope = plan.vast, plan.scope
        self.joined: dict[str, None] = {}

    def told(self) -> bool:
        """Take up what tables told since the last time; whether there was anything."""
        new = [one for one in self._known.told if one not in self.joined and self._unnamed(one)]
        new = new[: MOST - len(self.joined)]
        self.joined.update(dict.fromkeys(new))
        return bool(new)

    def hosts(self) -> Spans:
        """Who is asked: of every station that no named address stands for, its first address, link-local ones last."""
        known = self._known
        shunned = {mac for address, mac in known.told.items() if mac and self._spared(address)}
        taken = {mac for address, macs in known.macs.items() if not self._unnamed(address) for mac in macs}
        taken |= {mac for address, mac in known.told.items() if address in known.live and not self._unnamed(address)}
        chosen: list[str] = []
        for address in sorted(filter(self._unnamed, {**known.live, **self.joined}), key=lambda one: "%" in one):
            mac = known.mac(address) or known.told.get(address, "")
            if not mac or mac not in taken | shunned:
                chosen.append(address)
                taken.add(mac)
        return spans(chosen)

    def _unnamed(self, address: str) -> bool:
        """Whether it may be asked, but only because it was found."""
        return self._scope.active(address) and ("%" in address or holds(self._vast, address))

    def _spared(self, address: str) -> bool:
        return holds(self._scope.exclude, address) or holds(self._scope.fragile, address)
