"""Place: a collector's folder, opened: its settings, its key, its store and its blobs."""

import os
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from collector.settings import FILE, Settings, settings_of
from collector.store.blobs import Blobs
from collector.store.schema import ready
from collector.store.store import Store, store_at
from model.keys import Private, keyid, pem
from model.trouble import Trouble, UsageTrouble

KEY, DATABASE, BLOBS, INCOMING = "collector.key", "laydown.sqlite", "blobs", "incoming"
FIRST = b"""# How this collector is set up: docs/collector.md names the keys.
# address = "https://collector.example.org"
# certificate = "/etc/laydown/collector.pem"
# certificate_key = "/etc/laydown/collector-key.pem"
"""


class Place:
    """`key` signs receipts and policies; `keyid`: its id; `public`: its other half in PEM, as agents get it at enrolment."""

    def __init__(self, folder: Path, settings: Settings, key: Private, store: Store, blobs: Blobs) -> None:
        self.folder, self.settings, self.key, self.store, self.blobs = folder, settings, key, store, blobs
        self.keyid = keyid(key.public_key())

    @property
    def public(self) -> bytes:
        """The public key in PEM."""
        return pem(self.key.public_key())

    @property
    def incoming(self) -> Path:
        """Where half uploads wait."""
        return self.folder / INCOMING


def made(folder: Path) -> None:
    """Make what a folder lacks: itself, readable by its owner alone, its settings and its key. What is there stays."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for name in (BLOBS, INCOMING):
            (folder / name).mkdir(exist_ok=True, mode=0o700)
        if not (folder / FILE).exists():
            _new(folder / FILE, FIRST, 0o600)
        if not (folder / KEY).exists():
            _new(folder / KEY, _secret(ed25519.Ed25519PrivateKey.generate()), 0o600)
    except OSError as fault:
        remedy = "free space, or choose another --dir"
        raise Trouble(str(fault.filename or folder), f"cannot be written ({fault.strerror})", remedy) from None
    (folder / f"{KEY}.pub").write_bytes(pem(key_in(folder / KEY).public_key()))


def opened(folder: Path, database: str = "", checked: bool = True) -> Place:
    """The collector in `folder`. `database`: in place of the settings'; `checked`: Trouble unless its schema is this program's."""
    held = settings_of(folder)
    store = store_at(database or held.database or f"sqlite:///{(folder / DATABASE).absolute()}")
    if checked:
        ready(store)
        walled(store)
    return Place(folder, held, key_in(folder / KEY), store, Blobs(folder / BLOBS))


def walled(store: Store) -> None:
    """Trouble where PostgreSQL's walls would not hold this login."""
    if store.dialect == "postgresql":
        from collector.store.walls import checked

        with store.system() as tx:
            checked(tx)


def _new(path: Path, data: bytes, mode: int) -> None:
    """Whole or not at all."""
    part = path.with_name(path.name + ".part")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as held:
        held.write(data)
        held.flush()
        os.fsync(held.fileno())
    part.replace(path)


def _secret(key: Private) -> bytes:
    plain = serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)


def key_in(path: Path) -> Private:
    """The private key in a file; Trouble where it is none, or others can read it."""
    try:
        if os.name == "posix" and path.stat().st_mode & 0o077:
            raise Trouble(str(path), "others than its owner can read this key", f"chmod 600 {path}")
        key = serialization.load_pem_private_key(path.read_bytes(), None)
    except OSError as fault:
        raise UsageTrouble(
            str(path), f"cannot be read ({fault.strerror})", "restore it, or init a new folder"
        ) from None
    except (ValueError, TypeError):
        raise Trouble(str(path), "no key that can be read", "restore it from a backup") from None
    if not isinstance(key, ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey):
        raise Trouble(str(path), "neither Ed25519 nor ECDSA P-256", "restore it from a backup")
    return key
