"""Parquet as bytes. Only the function that writes tables has pyarrow (a layer), so nothing else may import this."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq


def to_parquet(rows: Sequence[Mapping[str, Any]], schema: pa.Schema) -> bytes:
    """Return rows as one Parquet file; the same rows give the same bytes.

    Raises:
        pyarrow.ArrowInvalid: a row does not fit the schema.
    """
    sink = pa.BufferOutputStream()
    pq.write_table(pa.Table.from_pylist(list(rows), schema=schema), sink, compression="zstd")
    written: bytes = sink.getvalue().to_pybytes()
    return written


def from_parquet(body: bytes) -> list[dict[str, Any]]:
    """Return a Parquet file's rows."""
    rows: list[dict[str, Any]] = pq.read_table(pa.BufferReader(body)).to_pylist()
    return rows
