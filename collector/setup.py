"""Bringing a collector's database up: the walls' login, the schema, and the tables of the jobs where there are jobs."""

from collector.place import Place, walled
from collector.store.schema import brought_up


def ready_made(place: Place) -> str:
    """Bring everything up; the schema's revision."""
    walled(place.store)
    at = brought_up(place.store)
    if place.store.dialect == "postgresql":
        from collector.replay.jobs import prepared

        prepared(place)
    return at
