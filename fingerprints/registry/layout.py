"""What a registry's folder holds: the names of its tables and files, and how each table is written.

registry.toml gives date, source, rows and digest of every table; each table is one gzip-compressed text, KEY.bin:
block tables hold a line per registrant, `NAME<tab>PREFIX PREFIX ...`, sorted by name; the enterprise table holds the
registrant of number n in line n, counted from 0, blank where nobody has the number.
"""

INDEX = "registry.toml"

WIDTHS = {"ma-l": 6, "ma-m": 7, "ma-s": 9, "iab": 9}
"""Hex digits of a prefix in each block table; IAB is the closed forerunner of MA-S."""

ENTERPRISE = "enterprise"

TABLES = (*WIDTHS, ENTERPRISE)

GZIP = 31
"""zlib's window bits for the gzip format, whose header then holds no time."""

NOT_HOLDERS = frozenset({"IEEE Registration Authority", "Private"})
"""Names that mean "cut into smaller blocks" and "the holder is not published"."""


class RegistryError(ValueError):
    """A registry's rows or files are missing, damaged or not what they claim; the message says which and what to do."""


def file_of(key: str) -> str:
    """The file of a table: `ma-l` -> `ma-l.bin`."""
    return f"{key}.bin"
