"""SNMP credentials from the configuration: each bound to a scope of devices, secrets read from files at the edge."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import msgspec

from agent.scope import count, holds
from agent.secret_place import secret_place
from agent.snmp.keys import HASHES, PRIVACY
from agent.snmp.secret import Secret
from model.spans import Spans, spans
from model.trouble import UsageTrouble

LARGEST = 4_096  # bytes of a secret file
SHORTEST = 8  # bytes of a passphrase, RFC 3414 section 11.2
KEYS = frozenset("name kind version scopes community_file user auth auth_file priv priv_file context".split())


class Credential(msgspec.Struct, frozen=True):
    """One way in. `version`: "1", "2c" or "3". `auth`, `priv`: names of agent.snmp.keys, "" for none."""

    name: str
    version: str
    scopes: Spans
    community: Secret | None = None
    user: str = ""
    auth: str = ""
    auth_secret: Secret | None = None
    priv: str = ""
    priv_secret: Secret | None = None
    context: str = ""


def load(tables: Iterable[Mapping[str, Any]], folder: Path) -> tuple[Credential, ...]:
    """The `[[credential]]` tables of a configuration in `folder`, which relative file names start from.

    UsageTrouble names the credential, the field and the remedy; it never quotes what is in a file.
    """
    found = [_one(number, table, folder) for number, table in enumerate(tables, 1)]
    names = [one.name for one in found]
    for name in names:
        if names.count(name) > 1:
            raise UsageTrouble(f"credential {name!r}", "named twice", "give each credential a name of its own")
    return tuple(found)


def fitting(credentials: Iterable[Credential], address: str) -> list[Credential]:
    """Those whose scope holds `address`: version 3 first, then 2c, then 1; otherwise as configured."""
    return sorted((one for one in credentials if holds(one.scopes, address)), key=lambda one: -int(one.version[0]))


def _one(number: int, table: Mapping[str, Any], folder: Path) -> Credential:
    where = f"credential {table.get('name') or f'number {number}'!r}"
    for key in table.keys() - KEYS:
        raise UsageTrouble(where, f"unknown field {key!r}", f"use only {', '.join(sorted(KEYS))}")
    if not table.get("name") or table.get("kind", "snmp") != "snmp":
        raise UsageTrouble(where, 'needs a name and kind = "snmp"', "add them")
    version = str(table.get("version", ""))
    if version not in ("1", "2c", "3"):
        raise UsageTrouble(where, f"unknown version {version!r}", 'write version = "1", "2c" or "3"')
    scopes = _scopes(where, table.get("scopes"))
    fields = _v3(where, table, folder) if version == "3" else _community(where, table, folder)
    return Credential(name=str(table["name"]), version=version, scopes=scopes, **fields)


def _scopes(where: str, texts: Any) -> Spans:
    found = spans(map(str, texts)) if isinstance(texts, list | tuple) else Spans()
    if found.labels or not count(found):
        raise UsageTrouble(where, "needs scopes: the devices it is for", 'write scopes = ["10.0.0.0/24"]')
    return found


def _community(where: str, table: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    return {"community": _secret(where, table, "community_file", folder), "context": str(table.get("context", ""))}


def _v3(where: str, table: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    auth, priv = str(table.get("auth", "")), str(table.get("priv", ""))
    for field, value, known in (("auth", auth, HASHES), ("priv", priv, PRIVACY)):
        if value and value not in known:
            raise UsageTrouble(where, f"unknown {field} {value!r}", f"choose one of {', '.join(known)}")
    if not table.get("user") or (priv and not auth):
        raise UsageTrouble(where, "version 3 needs a user, and priv needs auth", "add the missing field")
    return {
        "user": str(table["user"]),
        "auth": auth,
        "auth_secret": _passphrase(where, table, "auth_file", folder) if auth else None,
        "priv": priv,
        "priv_secret": _passphrase(where, table, "priv_file", folder) if priv else None,
        "context": str(table.get("context", "")),
    }


def _passphrase(where: str, table: Mapping[str, Any], field: str, folder: Path) -> Secret:
    secret = _secret(where, table, field, folder)
    if len(secret.reveal()) < SHORTEST:
        raise UsageTrouble(where, f"{field}: shorter than {SHORTEST} bytes", "SNMPv3 does not know such passphrases")
    return secret


def _secret(where: str, table: Mapping[str, Any], field: str, folder: Path) -> Secret:
    """The first line of the file that `field` names."""
    if not table.get(field):
        raise UsageTrouble(where, f"needs {field}", "name a file that holds the secret in its first line")
    path = secret_place(str(table[field]), folder, f"{where}: {field}")
    try:
        with path.open("rb") as file:
            value = file.read(LARGEST).split(b"\n", 1)[0].rstrip(b"\r")
    except OSError as fault:
        raise UsageTrouble(where, f"{field} {path}: {fault.strerror}", "make the file readable for this user") from None
    if not value:
        raise UsageTrouble(where, f"{field} {path}: empty", "put the secret in its first line")
    return Secret(value)
