"""Where a deployed agent keeps what it owns: its keys, the collectors it is enrolled with, its spool and its results."""

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from agent.config import Config
from model.report import Site
from model.trouble import Trouble, UsageTrouble

if TYPE_CHECKING:  # ciphers are loaded where they are used: an agent that waits for its next scan does without
    from model.keys import Private, Public

DEFAULT = Path("/var/lib/laydown")
RECORD, KEY, COMING, ENDED, POLICY, CA = (
    "enrolment.json",
    "key",
    "key.coming",
    "key.ended",
    "policy.dsse.json",
    "ca.pem",
)
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")


class Collector(msgspec.Struct, frozen=True):
    """One enrolment. `url`: what /api stands after; `pin`: sha256 of the collector's certificate, 64 hex digits, or "".

    `collector_key`: PEM; `plain`: whether HTTP without TLS was allowed by hand; `number`: 1 for the first enrolment here.
    """

    url: str
    agent: str
    organisation: str
    entity: str
    site: Site
    collector_key: str
    enrolled_at: str
    number: int
    pin: str = ""
    plain: bool = False

    @property
    def key(self) -> "Public":
        """What receipts and policies are checked with."""
        from model.keys import public

        return public(self.collector_key.encode(), f"{self.organisation}: {RECORD}")


class Home:
    """The folder of `agent.state`; made, for its owner alone, where it is not there."""

    def __init__(self, root: Path) -> None:
        self.root = root
        for folder in (root, self.parcels, self.results, root / "collectors"):
            _made(folder)

    @property
    def parcels(self) -> Path:
        """What waits to be sent."""
        return self.root / "parcels"

    @property
    def results(self) -> Path:
        """Result folders of scheduled scans, one each."""
        return self.root / "results"

    def of(self, organisation: str) -> Path:
        """The folder of one enrolment; Trouble where the name is none for a folder."""
        if not NAME.fullmatch(organisation):
            raise Trouble("collector", f"{organisation[:40]!r} is no organisation's id", "ask the collector's admin")
        return self.root / "collectors" / organisation

    def collectors(self) -> list[Collector]:
        """All enrolments, the first first."""
        found = [_record(path) for path in sorted((self.root / "collectors").glob(f"*/{RECORD}"))]
        return sorted(found, key=lambda one: one.number)

    def key(self, organisation: str) -> "Private":
        """The agent's own key towards that organisation."""
        from agent.signing import keys

        return keys.private(self.of(organisation) / KEY)

    def pack(self, sha: str) -> Path:
        """Where a collector's pack of that digest lies, if it was fetched."""
        return self.root / "packs" / f"{sha.removeprefix('sha256:')}.zip"

    def ca(self, organisation: str) -> Path | None:
        """The authority that the collector's certificate must come from; None for the system's."""
        path = self.of(organisation) / CA
        return path if path.exists() else None


def home_of(config: Config) -> Home:
    """The home that the configuration names, or systemd."""
    given = os.environ.get("STATE_DIRECTORY", "").partition(":")[0]
    return Home(Path(config.agent.state or given or DEFAULT).absolute())


def own(config: Config, collectors: list[Collector]) -> str:
    """The site's own organisation: the configuration's word, or the first it was enrolled with; "" before any."""
    return config.release.organisation or next((one.organisation for one in collectors), "")


def whole(path: Path, data: bytes) -> None:
    """Write `data` for the owner alone, durably, whole or not at all."""
    part = path.with_name(path.name + ".part")
    try:
        part.unlink(missing_ok=True)  # never through a link that somebody put there
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as held:
            held.write(data)
            held.flush()
            os.fsync(held.fileno())
        handed(part)
        part.replace(path)
        settle(path.parent)
    except OSError as fault:
        part.unlink(missing_ok=True)
        raise Trouble(
            str(path), f"cannot be written ({fault.strerror})", "free some space, or check its rights"
        ) from None


def mine(home: Home) -> None:
    """UsageTrouble where root would live in the home of the agent's user, who could not go on with what root makes there."""
    if os.name == "posix" and os.geteuid() == 0 and home.root.stat().st_uid:
        remedy = "start laydown-agent.service, or use runuser -u laydown -- laydown agent run"
        raise UsageTrouble(str(home.root), f"belongs to {home.root.owner()}, and this is root", remedy)


def handed(path: Path) -> None:
    """What root makes in a folder of the agent's user is that user's: else the agent could not read what an administrator did for it."""
    if os.name == "posix" and os.geteuid() == 0 and (owner := path.parent.stat()).st_uid:
        os.chown(path, owner.st_uid, owner.st_gid, follow_symlinks=False)


def settle(folder: Path) -> None:
    """Names too are on disk: a rename that is only in memory is lost with the power."""
    if os.name == "posix":
        held = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(held)
        finally:
            os.close(held)


def _made(folder: Path) -> None:
    try:
        if not folder.is_dir():
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            handed(folder)
    except OSError as fault:
        remedy = "run as the agent's user, or name another folder as agent.state in agent.toml"
        raise UsageTrouble(str(folder), f"cannot be made ({fault.strerror})", remedy) from None


def _record(path: Path) -> Collector:
    try:
        return msgspec.json.decode(path.read_bytes(), type=Collector)
    except OSError as fault:
        raise UsageTrouble(str(path), f"cannot be read ({fault.strerror})", "run as the agent's user") from None
    except (msgspec.MsgspecError, UnicodeDecodeError) as fault:
        raise Trouble(str(path), f"no enrolment ({fault})", "enrol again: laydown agent enroll URL --token T") from None
