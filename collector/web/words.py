"""Words and figures as the pages write them, and what stands in the menu."""

import msgspec

from model.times import read

# (role that sees it, path, what it is called); "" begins a group.
MENU = (
    ("viewer", "", "Look"),
    ("viewer", "/", "Overview"),
    ("viewer", "/sites", "Sites"),
    ("viewer", "/devices", "Devices"),
    ("viewer", "", "Decide"),
    ("viewer", "/review", "Review queue"),
    ("viewer", "/clocks", "Clocks"),
    ("viewer", "/filings", "Filings"),
    ("viewer", "/packs", "Packs and replays"),
    ("viewer", "", "Run"),
    ("viewer", "/agents", "Agents"),
    ("admin", "/tokens", "Tokens"),
    ("admin", "/register", "Register"),
    ("admin", "/audit", "Audit log"),
    ("admin", "/people", "People"),
    ("viewer", "/organisation", "Organisation"),
)
DONE = {
    "saved": "Saved.",
    "adopted": "Adopted. The new verdicts count from now on; the old ones stay on record with their dates.",
    "answered": "The answer is kept.",
    "spoken": "Your word on the clock is kept.",
    "signed": "The signed paper is kept beside its draft.",
    "drafted": "Drafted. Software ticked no box.",
    "brought": "The pack is kept; its proofs hold.",
    "revoked": "Revoked. What was sent before stays.",
    "closed": "The site is closed. What is kept stays.",
    "wished": "The policy is signed; agents fetch it when they next call.",
    "changed": "Changed. The sessions of the person are over.",
    "password": "Your password is set. Sign in with it.",
    "authenticator": "The authenticator is in force: each sign-in asks for a code from now on.",
    "out": "You are signed out.",
    "erased": "Erased. Its digest and the reason stay.",
}


def number(value: int | None) -> str:
    """1,234; a dash for nothing."""
    return "—" if value is None else f"{value:,}"


def share(thousandths: int | None) -> str:
    """Thousandths as a percentage; a dash where nothing was asked."""
    return "—" if thousandths is None else f"{thousandths / 10:.1f} %"


def day(text: str) -> str:
    """The day of a written time; a dash where there is none."""
    return text[:10] or "—"


def size(value: int) -> str:
    """Bytes for people."""
    return (
        f"{value:,} bytes"
        if value < 10_000
        else f"{value / 1024:,.0f} KiB"
        if value < 10_000_000
        else f"{value / 2**20:,.0f} MiB"
    )


def short(digest: str) -> str:
    """The first digits of a digest, enough to tell it from others on a page."""
    return digest.removeprefix("sha256:")[:12]


def country(code: str) -> str:
    """A country's code, or that none is said."""
    return code or "not said"


def hours(until: str, now: str) -> float:
    """Hours from one written time to another."""
    return (read(until) - read(now)).total_seconds() / 3600


def verdict(text: str) -> str:
    """A verdict of the history in words: outcome, maker, model and accused parts; "not there" where a report had no such device."""
    if not text:
        return "not there"
    held = msgspec.json.decode(text)
    parts = [f"part {one}" for one in held.get("parts", ())]
    return "; ".join([" ".join(filter(None, (held.get("outcome"), held.get("maker"), held.get("model")))), *parts])
