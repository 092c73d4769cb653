"""Parquet: one table, its columns typed, compressed with zstd."""

import io
from collections.abc import Sequence

from collector.exports._table import Table

MEDIA, SUFFIX, TITLE = "application/vnd.apache.parquet", ".parquet", "columns for analysis"


def write(table: Table) -> bytes:
    """The bytes."""
    import pyarrow
    import pyarrow.parquet

    columns = {name: [row[at] for row in table.rows] for at, name in enumerate(table.columns)}
    made = pyarrow.table({name: pyarrow.array(values, _type(values)) for name, values in columns.items()})
    held = io.BytesIO()
    pyarrow.parquet.write_table(made, held, compression="zstd")
    return held.getvalue()


def _type(values: Sequence[object]) -> object:
    """Of a column: an empty one is text, so that a file's types do not hang on its rows."""
    import pyarrow

    some = [one for one in values if one is not None]
    if some and all(isinstance(one, bool) for one in some):
        return pyarrow.bool_()
    return pyarrow.int64() if some and all(isinstance(one, int) for one in some) else pyarrow.string()
