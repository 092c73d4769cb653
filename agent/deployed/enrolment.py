"""Enrolment: the agent's own key is made here and never leaves; a one-time token makes it known; later another key takes its place."""

import platform
import re
from pathlib import Path

import msgspec

from agent import clock
from agent.deployed.home import CA, COMING, ENDED, KEY, RECORD, Collector, Home, handed, whole
from agent.deployed.line import Line, Refused, Way, checked
from agent.deployed.outbox import Outbox
from agent.deployed.patience import patiently
from agent.deployed.shipping import sealed
from agent.deployed.upload import taken
from agent.engine import engine
from agent.signing import keys
from model.enrolment import Enrol, Enrolled, Proof, Rotate, Succession, proved, token_digest
from model.keys import keyid, pem, public
from model.trouble import Trouble, UsageTrouble

PATH, ROTATE = "/api/v1/enrol", "/api/v1/rotate"
PENDING, ASKED = "enrolling.key", "enrolling.json"  # of an enrolment that is under way, by hand or not
PIN = re.compile(r"[0-9a-f]{64}")
LONGEST = 4096  # signs of a token


class Asked(msgspec.Struct, frozen=True):
    """What an enrolment under way was asked with: it may be answered by another command, days later."""

    url: str
    pin: str = ""
    plain: bool = False
    ca: str = ""
    token_sha256: str = ""


def pin_of(text: str) -> str:
    """64 hex digits of a certificate's sha256 as tools print it, with colons or a prefix; UsageTrouble where it is none."""
    found = text.lower().removeprefix("sha256:").removeprefix("sha256 fingerprint=").replace(":", "").strip()
    if text and not PIN.fullmatch(found):
        remedy = "write the 64 digits of `openssl x509 -noout -fingerprint -sha256 -in collector.pem`"
        raise UsageTrouble("--pin", f"{text[:40]!r} is no certificate's sha256", remedy)
    return found


def request(home: Home, asked: Asked, token: str) -> Enrol:
    """What is to be sent: a fresh key, kept here, and its proof. UsageTrouble where the token can be none."""
    if not token.strip() or len(token) > LONGEST or any(ord(sign) < 33 or ord(sign) > 126 for sign in token):
        raise UsageTrouble("token", "is none", "copy the one-time token of the collector's site, whole")
    path = home.root / PENDING
    asked = msgspec.structs.replace(asked, token_sha256=token_digest(token))
    # An answer may have been lost on its way: the same key and token bring it again, and another key would find the token spent.
    if not path.exists() or _under_way(home) != asked:
        for old in (path, path.with_name(PENDING + ".pub")):
            old.unlink(missing_ok=True)
        keys.made("ed25519", path)
        handed(path)
        whole(home.root / ASKED, msgspec.json.encode(asked))
    key = keys.private(path)
    name = keyid(key.public_key())
    proof = proved(key, Proof(token_digest(token), name, clock.stamp()))
    return Enrol(token, pem(key.public_key()).decode(), platform.node()[:255] or "unknown", engine(), proof)


def fresh(home: Home, url: str, again: bool) -> None:
    """UsageTrouble where this machine is enrolled there already, and nobody said that it shall be again."""
    for one in home.collectors():
        if one.url.rstrip("/") == url.rstrip("/") and not again:
            what = f"this machine is enrolled there, as agent {one.agent} of {one.organisation}"
            raise UsageTrouble(url, what, "say --again to begin anew with a fresh key; what waits is signed again")


def _under_way(home: Home) -> Asked | None:
    try:
        return msgspec.json.decode((home.root / ASKED).read_bytes(), type=Asked)
    except (OSError, msgspec.MsgspecError):
        return None


def sent(asked: Asked, told: Enrol, proxy: str) -> bytes:
    """The collector's answer. The body is no secret's only copy, but it is never logged: it holds the token."""
    way = Way(asked.url, asked.pin, Path(asked.ca) if asked.ca else None, proxy, asked.plain)
    line = Line(checked(way))
    return patiently(lambda: line.ask("POST", PATH, msgspec.json.encode(told))).data


def settled(home: Home, answer: bytes) -> Collector:
    """Keep the enrolment that the answer grants, in the place of an earlier one with that organisation: the token is spent."""
    try:
        granted = msgspec.json.decode(answer, type=Enrolled)
        asked = msgspec.json.decode((home.root / ASKED).read_bytes(), type=Asked)
    except FileNotFoundError:
        raise UsageTrouble(
            "enroll", "no enrolment is under way here", "begin with `laydown agent enroll URL`"
        ) from None
    except (msgspec.MsgspecError, UnicodeDecodeError) as fault:
        raise Trouble(
            "the collector's answer", f"is none ({fault})", "check the URL, and what stands before it"
        ) from None
    key = public(granted.collector_key.encode(), "the collector's key")
    folder = home.of(granted.organisation)
    known = {one.organisation: one for one in home.collectors()}
    _same(known.get(granted.organisation), keyid(key), folder)
    number = known[granted.organisation].number if granted.organisation in known else len(known) + 1
    made = Collector(
        asked.url,
        granted.agent,
        granted.organisation,
        granted.entity,
        granted.site,
        granted.collector_key,
        clock.stamp(),
        number,
        asked.pin,
        asked.plain,
    )
    if not folder.is_dir():
        folder.mkdir(mode=0o700)
        handed(folder)
    if asked.ca:
        whole(folder / CA, Path(asked.ca).read_bytes())
    # The key first: a record without its key would be an agent that cannot speak.
    whole(folder / KEY, (home.root / PENDING).read_bytes())
    whole(folder / RECORD, msgspec.json.encode(made))
    for name in (PENDING, PENDING + ".pub", ASKED):
        (home.root / name).unlink(missing_ok=True)
    return made


def _same(before: Collector | None, name: str, folder: Path) -> None:
    """Trouble where another collector gives itself the id of an organisation that is known: it would get what is that one's."""
    if before is not None and keyid(before.key) != name:
        what = f"the collector at {before.url} is of that organisation, and this one signs by another key"
        remedy = f"ask its admin; if it was truly made anew, move {folder} away first"
        raise Trouble(f"organisation {before.organisation}", what, remedy)


def moved(home: Home, outbox: Outbox, to: Collector) -> int:
    """What waits for an organisation, signed anew by the agent that this machine is now; how many parcels."""
    return sealed(home, outbox, to.organisation, {"agent": to.agent, "site": to.site.id}, home.key(to.organisation))


def rotated(home: Home, outbox: Outbox, to: Collector, line: Line) -> str:
    """Another key takes the place of the agent's; the new one's id. A kill in the midst is mended by `mended`."""
    folder = home.of(to.organisation)
    old = home.key(to.organisation)
    taken(outbox, to, line)  # what is there already must not be sent a second time under another signature
    coming = folder / COMING
    for one in (coming, coming.with_name(COMING + ".pub")):
        one.unlink(missing_ok=True)
    keys.made("ed25519", coming)
    handed(coming)
    new = keys.private(coming)
    name = keyid(new.public_key())
    proof = proved(new, Succession(name, keyid(old.public_key()), clock.stamp()))
    body = msgspec.json.encode(Rotate(pem(new.public_key()).decode(), proof))
    patiently(lambda: line.ask("POST", ROTATE, body))
    _taken_over(home, to)
    sealed(home, outbox, to.organisation, {}, new)
    return name


def mended(home: Home, outbox: Outbox, to: Collector, line: Line) -> bool:
    """After a refusal of the key: whether a rotation was cut short and the coming key is the one that counts; it is taken then."""
    coming = home.of(to.organisation) / COMING
    if not coming.exists():
        return False
    new = keys.private(coming)
    line.key = new
    try:
        line.ask("GET", "/api/v1/policy")
    except Refused:
        line.key = home.key(to.organisation)
        return False
    _taken_over(home, to)
    sealed(home, outbox, to.organisation, {}, new)
    return True


def _taken_over(home: Home, to: Collector) -> None:
    folder = home.of(to.organisation)
    whole(folder / ENDED, (folder / KEY).read_bytes())
    (folder / COMING).replace(folder / KEY)
    (folder / (COMING + ".pub")).unlink(missing_ok=True)
    (folder / ENDED).unlink(missing_ok=True)
