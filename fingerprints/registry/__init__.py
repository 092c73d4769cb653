"""Who registered a hardware address or an enterprise number: the IEEE and IANA tables, as a part of the pack."""

from importlib.resources import files
from importlib.resources.abc import Traversable

from fingerprints.registry.build import Table
from fingerprints.registry.engine import enterprise_of_engine_id, enterprise_of_oid, mac_of_engine_id
from fingerprints.registry.layout import RegistryError
from fingerprints.registry.mac import is_evidence, is_random, number_of, why_not_evidence
from fingerprints.registry.store import digest_parts, load, read_tables
from fingerprints.registry.table import Registry

SHIPPED: Traversable = files(__name__)
"""The folder of the tables that ship with the program: `load(SHIPPED)`."""

__all__ = [
    "SHIPPED",
    "Registry",
    "RegistryError",
    "Table",
    "digest_parts",
    "enterprise_of_engine_id",
    "enterprise_of_oid",
    "is_evidence",
    "is_random",
    "load",
    "mac_of_engine_id",
    "number_of",
    "read_tables",
    "why_not_evidence",
]
