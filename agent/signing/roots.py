"""The root of a report's tree, signed by itself: what goes along with an extract, and says nothing else of the site."""

from pathlib import Path

import msgspec

from agent.disclose import ROOT, Root
from agent.plain_file import bytes_of
from agent.signing import keys
from model.canonical import digest
from model.statement import PAYLOAD, Statement, Subject, enveloped, exact, pae, payload_of, statement_of
from model.trouble import Trouble

FILE, SUBJECT = "root.dsse.json", "merkle-root"
PREDICATE = "https://laydown.invalid/root/v1"
AGAIN = "`laydown disclose` writes it anew, once root.json and salts.json are removed; extracts made before stay under their own root"


def root_in(folder: Path, report: bytes | None = None) -> Root | None:
    """root.json of a folder; None where nothing was disclosed yet. `report`: report.json, which it must be about."""
    path = folder / ROOT
    try:
        found = msgspec.json.decode(bytes_of(path), type=Root)
        bytes.fromhex(found.root)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.MsgspecError, UnicodeError, ValueError) as fault:
        raise Trouble(str(path), f"no root that can be read ({str(fault)[:80]})", AGAIN) from None
    if report is not None and found.report != digest(report):
        raise Trouble(str(path), "is of another report than the one here", AGAIN)
    return found


def subject(root: Root) -> Subject:
    """The root as a subject: it is a SHA-256 itself."""
    return Subject(SUBJECT, {"sha256": root.root})


def signed(root: Root, key: keys.Private) -> bytes:
    """The envelope over the root alone."""
    payload = payload_of(Statement((subject(root),), {"size": root.size, "pack": root.pack}, predicate_type=PREDICATE))
    return enveloped(payload, keys.signed(key, pae(PAYLOAD, payload)), keys.keyid(key.public_key()))


def read(data: bytes, where: str, key: keys.Public) -> str:
    """The root, in hex, that this key signed; Trouble where it did not."""
    kind, payload, keyid, signature = exact(data, where)
    if kind != PAYLOAD or keyid != keys.keyid(key) or not keys.holds(key, signature, pae(kind, payload)):
        raise Trouble(
            where, f"not signed by this key (it names {keyid[:64]})", "trust nothing in it; ask whose key it is"
        )
    found = {one.name: one.digest.get("sha256", "") for one in statement_of(payload, where, PREDICATE).subject}
    if set(found) != {SUBJECT}:
        raise Trouble(where, "names no root", "ask its sender for root.dsse.json")
    return found[SUBJECT]
