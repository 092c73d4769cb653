"""Words for programs: a person's bearer token for the API, the one that reads /metrics; and a file that only its owner reads."""

import os
import secrets
from hashlib import sha256
from pathlib import Path

from collector.people import accounts, sessions
from collector.place import Place
from model.trouble import Trouble

METRICS = "metrics.sha256"


def bearer(place: Place, login: str, days: int) -> str:
    """A token with which a program asks as this person, with their role."""
    with place.store.system(write=True) as tx:
        row = accounts.named(tx, login)
        return sessions.opened(tx, row.organisation, row.id, "bearer", "operator", days)[0]


def metrics(place: Place, _days: int = 0) -> str:
    """A new token for /metrics; the one before it is over. It says nothing of any one organisation."""
    word = secrets.token_urlsafe(32)
    written(place.folder / METRICS, sha256(word.encode()).hexdigest() + "\n")
    return word


def reads_metrics(place: Place, word: str) -> bool:
    """Whether it is the token for /metrics."""
    try:
        kept = (place.folder / METRICS).read_text("ascii").strip()
    except (OSError, UnicodeDecodeError):
        return False
    return bool(word) and secrets.compare_digest(kept, sha256(word.encode("utf-8", "replace")).hexdigest())


def written(path: Path, text: str) -> None:
    """Write a file, readable by its owner alone, whole or not at all."""
    part = path.with_name(path.name + ".part")
    try:
        part.unlink(missing_ok=True)
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(text)
        part.replace(path)
    except OSError as fault:
        raise Trouble(str(path), f"cannot be written ({fault.strerror})", "free space or choose another file") from None
