"""Who keeps blobs and who lets them go take turns: what one finds not needed, the other must not have begun to need.

SQLite has one pen, which both hold anyway. PostgreSQL has a lock for it, which ends with the transaction: many keep at once, who lets go
is alone.
"""

from sqlalchemy import Connection, text

LOCK = 889_003  # of PostgreSQL's advisory locks; the second number is the organisation
PEN = 889_002  # who holds it writes how sites stand


def keeping(tx: Connection, organisation: str) -> None:
    """From here to the end of the transaction nobody lets a blob of the organisation go."""
    _held(tx, "pg_advisory_xact_lock_shared", organisation)


def letting_go(tx: Connection, organisation: str) -> None:
    """From here to the end of the transaction nobody keeps a blob of the organisation. Before anything is looked at."""
    _held(tx, "pg_advisory_xact_lock", organisation)


def penned(tx: Connection, wait: bool = True) -> bool:
    """Hold the pen for how sites stand: two must not write one site's rows at once. False where another has it and we do not wait."""
    if tx.dialect.name != "postgresql":
        return True
    if wait:
        tx.execute(text(f"select pg_advisory_xact_lock({PEN})"))
        return True
    return bool(tx.execute(text(f"select pg_try_advisory_xact_lock({PEN})")).scalar())


def _held(tx: Connection, how: str, organisation: str) -> None:
    if tx.dialect.name == "postgresql":
        tx.execute(text(f"select {how}({LOCK}, hashtext(:organisation))"), {"organisation": organisation})
