"""One collector, as the running agent deals with it: a sign of life, policy and pack, what waits is sent; how it went is remembered."""

from collections.abc import Callable
from pathlib import Path

import msgspec

from agent import clock
from agent.config import Config
from agent.deployed import upload
from agent.deployed.home import POLICY, Collector, Home, handed, own, whole
from agent.deployed.line import Away, Line, Refused, Way
from agent.deployed.outbox import Outbox
from agent.deployed.patience import next_turn, patiently
from agent.deployed.policies import held_policy
from agent.deployed.release import standing
from agent.deployed.store import Store
from model.canonical import digest
from model.enrolment import Beat, Heartbeat
from model.parcel import RELEASES
from model.policy import Policy, policy_of
from model.receipt import Receipt
from model.trouble import Trouble

LARGEST_PACK = 32 << 20  # bytes
BARRED = (401, 403)  # it is the agent that is not let in, not a parcel
MOST_TROUBLES = 3  # parcels in one turn
REVOKED, REFUSED = 3600.0, 600.0  # seconds until the next try


class Contact:
    """`trouble`: why the last turn did not succeed, "" if it did. `wait`: seconds until the next one after that."""

    def __init__(self, home: Home, store: Store, outbox: Outbox, to: Collector, config: Config) -> None:
        self.home, self.store, self.outbox, self.to, self._config = home, store, outbox, to, config
        way = Way(to.url, to.pin, home.ca(to.organisation), config.agent.proxy, to.plain)
        self.line = Line(way, home.key(to.organisation), float(self._known("skew") or 0))
        self.trouble, self.wait = "", 0.0

    def turn(self, beat: Callable[[], Heartbeat] | None) -> list[Receipt]:
        """Send what waits, then a heartbeat if one is due; the receipts. Whatever goes wrong is remembered, not raised."""
        receipts: list[Receipt] = []
        try:
            # Reports first: no fault of what is said beside them keeps them here.
            self._send(receipts)
            if beat is not None:
                self._beat(beat())
        except Away as fault:
            failures = int(self._known("failures") or 0)
            self._failed(str(fault), next_turn(failures, fault.after), failures + 1)
        except Refused as fault:
            self._refused(fault)
        except Trouble as fault:
            self._failed(str(fault), next_turn(0), 0)
        else:
            self.trouble, self.wait = "", 0.0
            self._keep(trouble="", failures="", wait="", contact=clock.stamp(), skew=_skew(self.line.skew))
        return receipts

    def _send(self, receipts: list[Receipt]) -> None:
        """What waits, the oldest first. A parcel that is not taken now is no reason to keep the others back; a dead line is."""
        troubles: list[Away | Refused] = []
        self.outbox.ripened()
        self._released()
        for parcel in self.outbox.of(self.to.organisation):
            try:
                if not parcel.by_file and (receipt := upload.sent(self.outbox, self.to, self.line, parcel)):
                    receipts.append(receipt)
            except (Away, Refused) as fault:
                troubles.append(fault)
                barred = isinstance(fault, Refused) and fault.status in BARRED
                away = isinstance(fault, Away) and (not fault.answered or fault.after > 0)
                if barred or away or len(troubles) >= MOST_TROUBLES:
                    break
        if troubles:
            raise troubles[-1]

    def _released(self) -> None:
        """Set aside what waits on a standing word of the configuration that no longer goes so far: it may have waited for weeks."""
        ours = own(self._config, self.home.collectors())
        word = standing(self._config, self.to.organisation, ours, clock.now().date())
        for parcel in self.outbox.of(self.to.organisation):
            kept = parcel.spoken or parcel.by_file
            if not kept and RELEASES.index(parcel.release) > RELEASES.index(word.level):
                why = word.why or f"agent.toml releases {word.level} alone"
                self.outbox.aside(parcel.digest, f"{parcel.release} is no longer released: {why}")

    def pack(self, sha: str) -> Path:
        """The pack of that digest, fetched if it is not here. Its proofs are run by whoever judges with it."""
        path = self.home.pack(sha)
        if not path.exists():
            place = f"/api/v1/packs/{sha.removeprefix('sha256:')}"
            data = patiently(lambda: self.line.ask("GET", place, largest=LARGEST_PACK)).data
            if digest(data) != sha:
                raise Trouble(self.to.url, f"the pack it sent is not {sha[:19]}...", "ask the collector's admin")
            if not path.parent.is_dir():
                path.parent.mkdir(mode=0o700)
                handed(path.parent)
            whole(path, data)
        return path

    def _beat(self, told: Heartbeat) -> None:
        body = msgspec.json.encode(told)
        answer = patiently(lambda: self.line.ask("POST", "/api/v1/heartbeat", body)).of(Beat, self.to.url)
        held = held_policy(self.home, self.to)
        if answer.policy_serial and answer.policy_serial != (held.serial if held else 0):
            self._take(held)
        self._keep(beat=clock.stamp())

    def _take(self, held: Policy | None) -> None:
        answer = patiently(lambda: self.line.ask("GET", "/api/v1/policy"))
        if answer.status == 204:
            return
        found = policy_of(answer.data, self.to.key, f"policy of {self.to.organisation}")
        if held is not None and found.serial < held.serial:
            raise Trouble(
                f"policy of {self.to.organisation}",
                f"serial {found.serial} is older than {held.serial}, which is here",
                "an old policy is not followed; ask the collector's admin",
            )
        whole(self.home.of(self.to.organisation) / POLICY, answer.data)

    def _refused(self, fault: Refused) -> None:
        if fault.status == 401 and fault.code != "clock" and self._mended():
            self._failed("a rotation that was cut short has been finished", 1.0, 0)
            return
        self._failed(str(fault), REVOKED if fault.status in BARRED else REFUSED, 0)

    def _mended(self) -> bool:
        from agent.deployed.enrolment import mended

        return mended(self.home, self.outbox, self.to, self.line)

    def _failed(self, why: str, wait: float, failures: int) -> None:
        self.trouble, self.wait = why, wait
        failed = str(failures) if failures else ""
        self._keep(trouble=why, failures=failed, wait=f"{wait:.1f}", skew=_skew(self.line.skew))

    def _known(self, name: str) -> str:
        return self.store.recall(f"{self.to.organisation}.{name}")

    def _keep(self, **words: str) -> None:
        self.store.keep(**{f"{self.to.organisation}.{name}": value for name, value in words.items()})


def _skew(seconds: float) -> str:
    return f"{seconds:.3f}" if abs(seconds) >= 1 else ""
