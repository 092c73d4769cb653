"""Policy: what a collector wishes of a site's agent, signed. It only narrows what the site's own configuration allows."""

from typing import TYPE_CHECKING

import msgspec

from model.canonical import canonical
from model.statement import enveloped, opened, pae
from model.trouble import Trouble

if TYPE_CHECKING:  # ciphers are loaded where they are used: an agent that waits for its next scan does without
    from model.keys import Private, Public

KIND = "application/vnd.laydown.policy+json"
SCHEMA = "laydown.policy/1"


class Policy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`serial`: grows, never goes back. What is None, or an empty list, wishes nothing.

    `targets`, `exclude`: addresses as in agent.toml; `schedule`, `blackout`: as in docs/agent.md; `profile`: a budget's name;
    `pack`: digest of the pack.zip to judge by.
    """

    schema: str
    site: str
    serial: int
    issued_at: str
    targets: tuple[str, ...] | None = None
    exclude: tuple[str, ...] = ()
    schedule: str | None = None
    blackout: tuple[str, ...] = ()
    profile: str | None = None
    pack: str | None = None


def enclosed(key: "Private", policy: Policy) -> bytes:
    """The DSSE envelope, signed by the collector."""
    from model.keys import keyid, signed

    payload = canonical(policy)
    return enveloped(payload, signed(key, pae(KIND, payload)), keyid(key.public_key()), KIND)


def policy_of(data: bytes, key: "Public", where: str) -> Policy:
    """The policy in an envelope; Trouble unless `key` signed it."""
    from model.keys import holds

    kind, payload, signatures = opened(data, where)
    if kind != KIND or not any(holds(key, one, pae(kind, payload)) for _, one in signatures):
        raise Trouble(where, "no policy signed by this collector", "ask the collector that the agent is enrolled with")
    return read(payload, where)


def read(payload: bytes, where: str) -> Policy:
    """The policy in a payload whose signature was checked; Trouble where it is none."""
    try:
        found = msgspec.json.decode(payload, type=Policy)
    except (msgspec.MsgspecError, UnicodeDecodeError) as fault:
        raise Trouble(where, f"no policy ({fault})", f"this program reads {SCHEMA}") from None
    if found.schema != SCHEMA:
        raise Trouble(where, f"schema {found.schema[:40]!r}", f"this program reads {SCHEMA}")
    return found
